import { type SettingDocs, stackSettings } from "../../infra/config/settings.ts";
import { clerkConvexPackage } from "../../infra/provider/package.ts";

/** Where the page lies, from the project's root. */
export const referenceFile = "docs/reference.md";

interface Property {
  type: string;
  description: string;
  items?: { type: string };
  additionalProperties?: { type?: string };
  secret?: boolean;
  replaceOnChanges?: boolean;
  default?: unknown;
}

interface Resource {
  description: string;
  inputProperties: Record<string, Property>;
  requiredInputs: string[];
  properties: Record<string, Property>;
  required: string[];
}

interface Schema {
  provider: { description: string; inputProperties: Record<string, Property> };
  resources: Record<string, Resource>;
}

/** The page of all settings and resources, from the schema that the plugin serves and the settings' list. */
export function reference(): string {
  const schema = JSON.parse(clerkConvexPackage.schema()) as Schema;
  const sections = [
    "<!-- Written by `npm run codegen` from the plugin's schema and the list of settings. Do not edit. -->",
    "# Reference",
    "## Settings of a stack",
    "`clerk-convex:<path>` in `Pulumi.<stack>.yaml`. `pulumi config set --path 'clerk-convex:<path>'` sets one. `NAME` stands for a name of your own. See [Settings](settings.md).",
    table(["path", "type", "default", ""], Object.entries(stackSettings).map(settingRow)),
    "## Settings of the plugin",
    `\`clerkconvex:<name>\`. ${schema.provider.description} Set a secret with \`--secret\`; one that is in the environment only never reaches the state. A missing or malformed one is refused with \`CREDENTIAL_MISSING\`, \`CREDENTIAL_FORMAT\`, \`SETTING_UNKNOWN\`, \`URL_INVALID\` or \`URL_NOT_HTTPS\`.`,
    table(
      ["name", "type", ""],
      Object.entries(schema.provider.inputProperties).map(([name, property]) => [
        `\`${name}\``,
        typeOf(property, false),
        property.description,
      ]),
    ),
    "## Resources",
    "The classes are in `infra/resources`. A change of an input updates the resource, or replaces it where that is said. Errors are explained in [Error codes](errors.md); `CLERK_…` and the like stand for the vendor's answers. What every resource refuses: `PROPERTY_MISSING`, `PROPERTY_TYPE`, `PROPERTY_UNKNOWN`.",
    ...Object.entries(schema.resources).flatMap(([token, resource]) => resourceOf(token, resource)),
  ];
  return `${sections.join("\n\n")}\n`;
}

function settingRow([path, { type, description, ...setting }]: [string, SettingDocs]): string[] {
  const value = setting.required ? "required" : (setting.default ?? "");
  return [`\`${path}\``, setting.secret ? `${type}, secret` : type, value, description];
}

function resourceOf(token: string, resource: Resource): string[] {
  const { inputProperties, requiredInputs, properties, required } = resource;
  const [description = "", ...rest] = resource.description.split(/\n\n(?=\{\{% examples)/);
  const outputs = Object.entries(properties).filter(([name]) => !(name in inputProperties));
  const inputs = Object.entries(inputProperties).map(([name, property]) => [
    `\`${name}\``,
    typeOf(property, requiredInputs.includes(name)),
    property.replaceOnChanges ? `${property.description} A change replaces.` : property.description,
  ]);
  return [
    `### ${token}`,
    description,
    ...(inputs.length === 0 ? [] : [table(["input", "type", ""], inputs)]),
    ...(outputs.length === 0
      ? []
      : [
          table(
            ["output", "type", ""],
            outputs.map(([name, property]) => [
              `\`${name}\``,
              required.includes(name)
                ? typeOf(property, false)
                : `${typeOf(property, false)}, if any`,
              property.description,
            ]),
          ),
        ]),
    // As the registry shows it: without the marks for its tools.
    rest
      .join("\n\n")
      .replaceAll(/^\{\{%.*%\}\}\n+/gm, "")
      .replaceAll(/^## /gm, "#### ")
      .trim(),
  ];
}

function typeOf(property: Property, required: boolean): string {
  const { type, items, additionalProperties, secret } = property;
  const kinds: Record<string, string> = {
    array: `list of ${items?.type}s`,
    object: additionalProperties?.type ? `map of ${additionalProperties.type}s` : "object",
  };
  const words = [kinds[type] ?? type];
  if (required) words.push("required");
  if (property.default !== undefined) words.push(`default \`${JSON.stringify(property.default)}\``);
  if (secret) words.push("secret");
  return words.join(", ");
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
