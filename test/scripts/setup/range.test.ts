import { describe, expect, test } from "vitest";
import { describeRanges, parseVersion, satisfies } from "../../../scripts/setup/range.mjs";
import { node, pulumi } from "../../../scripts/setup/versions.mjs";

describe("version ranges", () => {
  test.each([
    ["22.17.9", false],
    ["22.18.0", true],
    ["v22.18.0", true],
    ["22.99.99", true],
    ["23.0.0", false],
    ["23.5.9", false],
    ["23.6.0", true],
    ["24.21.0", true],
    ["26.99.0", true],
    ["27.0.0", false],
    ["20.20.2", false],
    ["", false],
    ["twenty", false],
  ])("Node %s is supported: %s", (version, expected) => {
    expect(satisfies(version, node.supported)).toBe(expected);
  });

  test.each([
    ["v3.226.1", false],
    ["v3.227.0", true],
    ["v3.259.0\n", true],
    ["v3.260.0-dev.1+abc", true],
    ["v4.0.0", false],
    ["v4.0.0-rc.1", false],
  ])("Pulumi %j is supported: %s", (version, expected) => {
    expect(satisfies(version, pulumi.supported)).toBe(expected);
  });

  test("the versions fetched are supported ones", () => {
    expect(satisfies(node.version, node.supported)).toBe(true);
    expect(satisfies(pulumi.version, pulumi.supported)).toBe(true);
  });

  test("numbers are compared as numbers", () => {
    expect(satisfies("3.1000.0", pulumi.supported)).toBe(true);
    expect(parseVersion("v1.2.30-rc.1+x")).toEqual([1, 2, 30]);
    expect(parseVersion("1.2")).toBeUndefined();
  });

  test("ranges are written for people", () => {
    expect(describeRanges(node.supported)).toBe(">=22.18.0 <23.0.0 or >=23.6.0 <27.0.0");
  });
});
