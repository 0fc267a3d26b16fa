import type { ResourceSpec } from "../resource.ts";

/**
 * The `pulumi import` that brings something in under the name and the parent that the program gives it, as
 * a line for a POSIX shell. Whether it is protected is left to the program, which says so at the next `up`.
 * The parent must be in the state, as it is after an `up` that got as far as being refused.
 *
 * @param id what the resource's `read` takes
 */
export function importCommand(urn: string, id: string, spec: ResourceSpec): string {
  const [namespace = "", project = "", qualifiedType = "", ...names] = urn.split("::");
  const name = names.join("::");
  const parentType = qualifiedType.split("$").slice(0, -1).join("$");
  const command = ["pulumi import --generate-code=false --protect=false"];
  if (parentType !== "") {
    const parent = parentOf(name, spec);
    const parentUrn = [namespace, project, parentType, parent].join("::");
    command.push("--parent", quote(`${parent}=${parentUrn}`));
  }
  return [...command, spec.token, quote(name), quote(id)].join(" ");
}

/** The command that takes a resource out of the state and leaves what it stands for alone. */
export function forgetCommand(urn: string): string {
  return `pulumi state delete ${quote(urn)}`;
}

/** The engine does not tell a plugin what a resource's parent is called, but it is in the resource's name. */
function parentOf(name: string, { role }: ResourceSpec): string {
  const end = role === undefined ? -1 : name.indexOf(`-${role}`);
  return end > 0 ? name.slice(0, end) : "NAME_OF_THE_PARENT";
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
