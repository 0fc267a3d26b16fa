import { type Properties, type ResourceSpec, UNKNOWN } from "../resource.ts";

/** What a preview can say of the outputs: the inputs, what no update changes, the rest unknown. */
export function foreseen(
  { spec }: { spec: ResourceSpec },
  inputs: Properties,
  state?: Properties,
): Properties {
  const outputs: Properties = {};
  for (const [name, property] of Object.entries(spec.properties)) {
    if (property.computed !== "output") continue;
    outputs[name] = (property.stable && state?.[name]) || UNKNOWN;
  }
  return { ...outputs, ...inputs };
}

/** Observed inputs, with the controls of the last declaration kept: no vendor can tell them. */
export function withControls(
  spec: ResourceSpec,
  observed: Properties,
  declared: Properties,
): Properties {
  const inputs: Properties = { ...observed };
  for (const [name, property] of Object.entries(spec.properties)) {
    if (property.control && declared[name] !== undefined) inputs[name] = declared[name];
  }
  return inputs;
}
