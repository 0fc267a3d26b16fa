import { expect, test } from "vitest";
import { idMaker } from "../../emulators/ids.ts";

test("identifiers have the vendors' form, sort by age and are the same in every run", () => {
  const make = () => {
    const newId = idMaker("space");
    return Array.from({ length: 200 }, () => newId("ep_"));
  };
  const ids = make();
  for (const id of ids) expect(id).toMatch(/^ep_[0-9A-Za-z]{27}$/);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(200);
  expect(make()).toEqual(ids);
  expect(idMaker("other")("ep_")).not.toBe(ids[0]);
});
