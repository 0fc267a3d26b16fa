import { expect, test } from "vitest";
import { check } from "../../../../../infra/provider/handlers/application/check.ts";
import { type Properties, UNKNOWN } from "../../../../../infra/provider/resource.ts";
import { codeOf } from "../setup.ts";

const both = ["development", "production"];

test.each<[string, string, Properties]>([
  ["name", "NAME_EMPTY", { name: "" }],
  ["productionDomain", "APPLICATION_DOMAIN", { productionDomain: "https://shop.example" }],
  ["productionDomain", "APPLICATION_DOMAIN", { productionDomain: "shop" }],
  ["productionDomain", "APPLICATION_DOMAIN", { productionDomain: "Shop.example" }],
  ["productionDomain", "APPLICATION_DOMAIN", { productionDomain: "" }],
  ["productionDomain", "APPLICATION_DOMAIN", { environmentTypes: both }],
  [
    "productionDomain",
    "APPLICATION_DOMAIN",
    { environmentTypes: ["development"], productionDomain: "shop.example" },
  ],
  ["environmentTypes", "APPLICATION_INSTANCES", { environmentTypes: [] }],
  ["environmentTypes", "APPLICATION_INSTANCES", { environmentTypes: ["staging"] }],
])("refuses %s with %s", (property, code, wrong) => {
  const failures = check({ name: "Shop", ...wrong });
  expect(failures.map((failure) => [failure.property, codeOf(failure.reason)])).toEqual([
    [property, code],
  ]);
});

test.each<[string, Properties, unknown]>([
  ["a development instance", {}, ["development"]],
  ["with a domain both", { productionDomain: "shop.example" }, both],
  ["with a domain to come both", { productionDomain: UNKNOWN }, both],
  [
    "what is declared, in order and once",
    {
      environmentTypes: ["production", "development", "production"],
      productionDomain: "shop.example",
    },
    both,
  ],
  [
    "a production instance alone",
    { environmentTypes: ["production"], productionDomain: "xn--80ak6aa92e.xn--p1ai" },
    ["production"],
  ],
  ["whatever comes of another resource", { environmentTypes: UNKNOWN }, UNKNOWN],
  ["whatever one of them turns out to be", { environmentTypes: [UNKNOWN] }, [UNKNOWN]],
])("an application has %s", (_, declared, environmentTypes) => {
  const inputs: Properties = { name: "Shop", ...declared };
  expect(check(inputs)).toEqual([]);
  expect(inputs.environmentTypes).toEqual(environmentTypes);
});
