import type { ErrorCode, VendorPrefix } from "../../error-codes.ts";

/** What the package schema tells of a resource beside its properties. */
export interface ResourceDocs {
  /** What `pulumi import` takes, in words and as an example; absent where nothing can be imported. */
  importId?: { words: string; example: string };
  /** Codes that its inputs and operations can end with, beside those of the vendor's answers. */
  errors: ErrorCode[];
  /** Vendors that it asks. */
  vendors: VendorPrefix[];
  /** A program below `infra/`. */
  typescript: string;
  /** The same as a program in YAML, where it is short. */
  yaml?: string;
}

/**
 * A description in Markdown, in the form that Pulumi's own packages have.
 * Source: the shortcodes that the SDK generators filter examples by.
 */
export function described(description: string, docs: ResourceDocs, token: string): string {
  const { importId, errors, vendors, typescript, yaml } = docs;
  const parts = [
    description,
    "{{% examples %}}\n## Example Usage\n{{% example %}}",
    fence("typescript", typescript),
    ...(yaml === undefined ? [] : [fence("yaml", yaml)]),
    "{{% /example %}}\n{{% /examples %}}",
    "## Import",
    importId === undefined
      ? "It cannot be imported."
      : `By its id, ${importId.words}: \`pulumi import ${token} NAME '${importId.example}'\``,
    "## Errors",
    [...errors.map((code) => `\`${code}\``), ...vendors.map((vendor) => `\`${vendor}_…\``)].join(
      ", ",
    ) || "None.",
  ];
  return parts.join("\n\n");
}

function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trim()}\n\`\`\``;
}
