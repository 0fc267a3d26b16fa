import {
  type CheckFailure,
  type Properties,
  type PropertySpec,
  type ResourceSpec,
  UNKNOWN,
  type Value,
} from "../resource.ts";

/** Checks declared inputs against the spec and fills in defaults. Unknown values pass. */
export function checkInputs(
  spec: ResourceSpec,
  declared: Properties,
): { inputs: Properties; failures: CheckFailure[] } {
  const failures: CheckFailure[] = [];
  const inputs: Properties = {};
  for (const name of Object.keys(declared)) {
    const known = Object.hasOwn(spec.properties, name);
    if (!known || spec.properties[name]?.computed) {
      failures.push({ property: name, reason: unknownProperty(spec, name) });
    }
  }
  for (const [name, property] of Object.entries(spec.properties)) {
    if (property.computed) continue;
    const value = declared[name] ?? property.default;
    if (value === undefined || value === null) {
      if (property.required) {
        const reason = `${name} is missing. Give ${article(property)}. [PROPERTY_MISSING]`;
        failures.push({ property: name, reason });
      }
    } else if (!fits(property, value)) {
      const reason = `${name} has the wrong type. Give ${article(property)}. [PROPERTY_TYPE]`;
      failures.push({ property: name, reason });
    } else {
      inputs[name] = value;
    }
  }
  return { inputs, failures };
}

function unknownProperty(spec: ResourceSpec, name: string): string {
  const known = Object.entries(spec.properties)
    .filter(([, property]) => !property.computed)
    .map(([key]) => key);
  return `${name} is no property of ${spec.token}. Use one of ${known.join(", ")}. [PROPERTY_UNKNOWN]`;
}

const articles: Record<PropertySpec["type"], string> = {
  string: "a text",
  integer: "a whole number",
  boolean: "true or false",
  strings: "a list of texts",
  stringMap: "a map of names to texts",
  object: "an object",
};

function article(property: PropertySpec): string {
  return articles[property.type];
}

function fits({ type }: PropertySpec, value: Value): boolean {
  if (value === UNKNOWN) return true;
  switch (type) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "integer":
      return Number.isSafeInteger(value);
    case "strings":
      return Array.isArray(value) && value.every(isText);
    case "stringMap":
      return isObject(value) && Object.values(value).every(isText);
    case "object":
      return isObject(value);
  }
}

function isText(value: Value): boolean {
  return typeof value === "string" || value === UNKNOWN;
}

function isObject(value: Value): value is { [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
