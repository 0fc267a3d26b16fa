import { expect, onTestFinished, test } from "vitest";
import { VendorClock } from "../../emulators/clock.ts";

test("what is due beyond the longest timer waits like the rest", async () => {
  const clock = new VendorClock({ scale: 1 });
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  onTestFinished(() => {
    clock.stop();
    process.off("warning", note);
  });
  const days = 60 * 24 * 60 * 60 * 1000;
  let ran = false;
  clock.schedule(clock.now() + days, async () => {
    ran = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
  await clock.advance(days);
  expect(ran).toBe(true);
});
