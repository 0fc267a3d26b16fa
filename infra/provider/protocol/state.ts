import { type Properties, type ResourceHandler, type ResourceSpec, UNKNOWN } from "../resource.ts";

/** What a preview can say of the outputs: the inputs, what the handler foresees, the rest unknown. */
export function foreseen(
  handler: Pick<ResourceHandler<Properties, Properties, never>, "spec" | "foresee">,
  inputs: Properties,
  state?: Properties,
): Properties {
  const outputs: Properties = {};
  for (const [name, property] of Object.entries(handler.spec.properties)) {
    if (property.computed !== "output") continue;
    outputs[name] = (property.stable && state?.[name]) || UNKNOWN;
  }
  return { ...outputs, ...inputs, ...handler.foresee?.(inputs, state) };
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
