import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";

const parent = "urn:pulumi:dev::project::clerkconvex:index:ClerkConvexEnvironment";

/** A step as the engine reports it, of a resource named after its type. */
function step(op: string, name: string, details: object): StepEventMetadata {
  const type = `clerkconvex:test:${name}`;
  return { op, type, urn: `${parent}$${type}::${name}`, ...details } as StepEventMetadata;
}

/** What a refresh saw: `undefined` after when the resource is gone. */
export function refreshed(name: string, diffs: string[], gone = false): EngineEvent {
  const details = { old: {}, ...(gone ? {} : { new: {} }), diffs };
  return { resOutputsEvent: { metadata: step("refresh", name, details) } } as EngineEvent;
}

/** What `pulumi up` would do. */
export function planned(
  op: string,
  name: string,
  { paths = [], old, now }: { paths?: string[]; old?: object; now?: object } = {},
): EngineEvent {
  const detailedDiff = Object.fromEntries(
    paths.map((path) => [path, { diffKind: "update", inputDiff: true }]),
  );
  const details = {
    detailedDiff,
    ...(old && { old: { inputs: old, outputs: {} } }),
    ...(now && { new: { inputs: now, outputs: {} } }),
  };
  return { resourcePreEvent: { metadata: step(op, name, details) } } as EngineEvent;
}

/** A secret as it stands in an event. */
export const sealed = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};
