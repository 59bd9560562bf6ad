import { MemoryDisk } from '../testing/memory-file-system.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { describeStore } from '../testing/store-conformance.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { createFileStore } from './file-store.ts';

describeStore('files', async () => {
  const folder = await temporaryFolder();
  return () => createFileStore(`${folder}/not/yet/there`);
});

describeStore('files in memory', async () => {
  const disk = new MemoryDisk();
  return () => createFileStore('/store', disk.mount());
});

describeStore('memory', async () => {
  const store = createMemoryStore();
  return () => store;
});
