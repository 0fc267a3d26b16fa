import { clerk } from "./clerk.ts";
import { convex } from "./convex.ts";
import type { ResourceDocs } from "./resource.ts";

const modules: Record<string, Record<string, ResourceDocs>> = { clerk, convex };

/**
 * What is told of a resource type beside its properties.
 *
 * @param token `clerkconvex:<module>:<Name>`
 */
export function docsOf(token: string): ResourceDocs {
  const [, module = "", name = ""] = token.split(":");
  const docs = modules[module]?.[name];
  if (docs === undefined) throw new TypeError(`${token} has no documentation`);
  return docs;
}
