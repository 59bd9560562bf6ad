import { lowerOutputValues } from '@radiant/model';
import { goal } from '../lifecycle/harness/stack.ts';
import type { Construction } from '../lifecycle/harness/world.ts';
import { serialOf } from './declare.ts';
import { bookOf, thingType } from './names.ts';

/** Declares a component and one thing in it that gets all that was said of the component, as its provider's process does. */
export const constructShelf: Construction = async ({ goal: declared }, { monitor }) => {
  const inputs = lowerOutputValues(declared.inputs);
  const component = await monitor.registerResource({ ...declared, kind: 'component', inputs });
  const { propertyDependencies, provider } = declared;
  const book = await monitor.registerResource(
    goal('custom', thingType, bookOf(declared.name), inputs, {
      parent: component.urn,
      dependencies: [...new Set(Object.values(propertyDependencies).flat())],
      propertyDependencies,
      ...(provider === undefined ? {} : { provider }),
    }),
  );
  const serial = serialOf(monitor, book);
  await monitor.registerResourceOutputs(component.urn, { serial });
  return { urn: component.urn, outputs: { serial }, propertyDependencies: { serial: [book.urn] } };
};
