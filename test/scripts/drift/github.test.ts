import { expect, test } from "vitest";
import { annotations, summary, withoutCommands } from "../../../scripts/drift/github.ts";
import { drifted, failed, fine } from "./findings.ts";

const property = (path: string, declared: string, actual: string) =>
  ({ path, declared, actual, origin: "vendor" }) as const;

test("there is one annotation for a resource, escaped as GitHub wants it", () => {
  const finding = drifted({
    name: "a:b,c%d",
    properties: [property("url", "100%", "x\ny"), property("disabled", "false", "true")],
  });
  expect(annotations([fine, finding])).toEqual([
    "::warning title=Drift in drifted%3A a%3Ab%2Cc%25d::" +
      "url: declared 100%25, actual x\\u000ay (at the vendor)%0A" +
      "disabled: declared false, actual true (at the vendor)",
  ]);
});

test("a stack that could not be checked is an error, not a warning", () => {
  expect(annotations([failed("unreachable", "One\n::add-mask::. [A]", "Two. [B]")])).toEqual([
    "::error title=failed%3A not checked::One\\u000a::add-mask::. [A]",
    "::error title=failed%3A not checked::Two. [B]",
  ]);
});

test("the summary is a table in which a value is neither Markdown nor HTML", () => {
  const text = summary([
    fine,
    drifted({ properties: [property("url", "<img src=x>", "a|b\n| [c](d) `e` @f")] }),
    failed("other", "It failed. Mend it. [X]"),
  ]);
  expect(text.split("\n")).toEqual([
    "## Drift",
    "",
    "### fine: no drift",
    "",
    "### drifted: drift in 1 resource",
    "",
    "| resource | property | declared | actual | changed |",
    "| --- | --- | --- | --- | --- |",
    "| thing | url | &#60;img src=x&#62; | a&#124;b&#92;u000a&#124; &#91;c&#93;&#40;d&#41; &#96;e&#96; &#64;f | at the vendor |",
    "",
    "### failed: not checked",
    "",
    "- It failed. Mend it. &#91;X&#93;",
    "",
  ]);
});

test("a report is put where GitHub looks for no commands", () => {
  expect(withoutCommands("::error::x", "token")).toBe(
    "::stop-commands::token\n::error::x\n::token::",
  );
});
