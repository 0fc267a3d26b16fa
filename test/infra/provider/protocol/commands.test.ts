import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { forgetCommand, importCommand } from "../../../../infra/provider/protocol/commands.ts";

const spec = { token: "pkg:mod:Thing", role: "thing", description: "", properties: {} };
const flags = ["--generate-code=false", "--protect=false"];

/** The command's arguments as a shell hands them on. */
function argumentsOf(command: string): string[] {
  const script = `pulumi() { printf '%s\\n' "$@"; }; ${command}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).trimEnd().split("\n");
}

test("a child is imported under its parent, whose name is at the head of its own", () => {
  const urn = "urn:pulumi:dev::app::pkg:index:Home$pkg:mod:Thing::my-home-thing";
  expect(argumentsOf(importCommand(urn, "id_1", spec))).toEqual([
    "import",
    ...flags,
    "--parent",
    "my-home=urn:pulumi:dev::app::pkg:index:Home::my-home",
    "pkg:mod:Thing",
    "my-home-thing",
    "id_1",
  ]);
});

test("an extra one of the same role has the same parent", () => {
  const urn = "urn:pulumi:dev::app::pkg:index:Home$pkg:mod:Thing::home-thing-extra";
  expect(argumentsOf(importCommand(urn, "id_1", spec))).toContain(
    "home=urn:pulumi:dev::app::pkg:index:Home::home",
  );
});

test("the parent keeps the types of its own parents", () => {
  const urn = "urn:pulumi:dev::app::a:b:Outer$pkg:index:Home$pkg:mod:Thing::home-thing";
  expect(argumentsOf(importCommand(urn, "id_1", spec))).toContain(
    "home=urn:pulumi:dev::app::a:b:Outer$pkg:index:Home::home",
  );
});

test("without a parent there is none in the command", () => {
  const urn = "urn:pulumi:dev::app::pkg:mod:Thing::a::b thing";
  expect(argumentsOf(importCommand(urn, "id_1", spec))).toEqual([
    "import",
    ...flags,
    "pkg:mod:Thing",
    "a::b thing",
    "id_1",
  ]);
});

test("a parent that cannot be told is left for the reader to name", () => {
  const urn = "urn:pulumi:dev::app::x:y:Other$pkg:mod:Thing::mine";
  expect(importCommand(urn, "id_1", spec)).toContain("NAME_OF_THE_PARENT");
});

test("an id reaches the command whole, whatever is in it", () => {
  const id = "otter#A,B $HOME `id` 'quoted' \"twice\"";
  const urn = "urn:pulumi:dev::app::pkg:mod:Thing::thing";
  expect(argumentsOf(importCommand(urn, id, spec)).at(-1)).toBe(id);
});

test("a resource is taken out of the state by its whole URN", () => {
  const urn = "urn:pulumi:dev::app::pkg:index:Home$pkg:mod:Thing::home-thing";
  expect(argumentsOf(forgetCommand(urn))).toEqual(["state", "delete", urn]);
});
