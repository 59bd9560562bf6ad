// npm runs this after an installation, on whatever Node it finds: a clear word for one that cannot run the build.
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  import('./build.ts');
} else {
  console.error(
    `error: building Radiant needs Node 22.18 or newer; this is ${process.version}. ` +
      'The repository brings node@24 as a development dependency, so npm must have held back its install script. ' +
      'Run: npm install-scripts approve node && npm rebuild node (with npm 10 or older: npm rebuild node), then: npm run build',
  );
  process.exitCode = 1;
}
