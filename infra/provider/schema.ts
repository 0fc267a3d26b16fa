import { docsOf } from "./documentation/index.ts";
import { described } from "./documentation/resource.ts";
import type { PropertySpec, ResourceSpec } from "./resource.ts";

/**
 * The package schema that Pulumi generates other languages' SDKs from.
 * Source: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export function packageSchema(
  version: string,
  configuration: ResourceSpec,
  resources: ResourceSpec[],
): string {
  return JSON.stringify({
    name: "clerkconvex",
    version,
    description: "Clerk + Convex environments as Pulumi resources",
    keywords: ["clerk", "convex", "category/cloud"],
    license: "Apache-2.0",
    config: { variables: propertiesOf(configuration) },
    provider: {
      description: configuration.description,
      inputProperties: propertiesOf(configuration),
    },
    resources: Object.fromEntries(
      resources.map((spec) => {
        const { inputs, required } = inputsOf(spec);
        return [
          spec.token,
          {
            description: described(spec.description, docsOf(spec.token), spec.token),
            inputProperties: inputs,
            requiredInputs: required,
            properties: propertiesOf(spec),
            required: Object.entries(spec.properties)
              .filter(
                ([, property]) => property.required || (property.computed && !property.optional),
              )
              .map(([name]) => name),
          },
        ];
      }),
    ),
  });
}

function inputsOf({ properties }: ResourceSpec) {
  const given = Object.entries(properties).filter(([, property]) => !property.computed);
  return {
    inputs: Object.fromEntries(given.map(([name, property]) => [name, schemaOf(property)])),
    required: given.filter(([, property]) => property.required).map(([name]) => name),
  };
}

function propertiesOf({ properties }: ResourceSpec) {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, schemaOf(property)]),
  );
}

const types: Record<PropertySpec["type"], object> = {
  string: { type: "string" },
  integer: { type: "integer" },
  boolean: { type: "boolean" },
  strings: { type: "array", items: { type: "string" } },
  stringMap: { type: "object", additionalProperties: { type: "string" } },
  object: { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } },
};

function schemaOf(property: PropertySpec) {
  return {
    ...types[property.type],
    description: property.description,
    ...(property.secret && { secret: true }),
    ...(property.replaces && { replaceOnChanges: true }),
    ...(["string", "number", "boolean"].includes(typeof property.default) && {
      default: property.default,
    }),
  };
}
