import { expect, test } from "vitest";
import {
  kindOfFailure,
  kindOfStatus,
  orUndefined,
  retryAfterOf,
  VendorError,
} from "../../../infra/clients/vendor-error.ts";

test.each([
  [400, "invalid"],
  [401, "unauthorized"],
  [402, "paymentRequired"],
  [403, "forbidden"],
  [404, "notFound"],
  [409, "conflict"],
  [422, "invalid"],
  [429, "rateLimited"],
  [500, "unavailable"],
  [503, "unavailable"],
])("status %d is %s", (status, kind) => {
  expect(kindOfStatus(status)).toBe(kind);
});

test("Retry-After is read as seconds and as a date", () => {
  expect(retryAfterOf("2")).toBe(2000);
  expect(retryAfterOf(0)).toBe(0);
  expect(retryAfterOf("-1")).toBe(0);
  const date = new Date(Date.now() + 60_000).toUTCString();
  expect(retryAfterOf(date)).toBeGreaterThan(58_000);
  expect(retryAfterOf(date)).toBeLessThanOrEqual(60_000);
  expect(retryAfterOf("Wed, 21 Oct 2015 07:28:00 GMT")).toBe(0);
  for (const absent of ["", null, undefined, "soon"]) expect(retryAfterOf(absent)).toBeUndefined();
});

test("a failure without an answer is told apart", () => {
  expect(kindOfFailure(new DOMException("", "TimeoutError"))).toBe("timeout");
  expect(kindOfFailure(new SyntaxError())).toBe("malformed");
  expect(kindOfFailure(new TypeError("fetch failed"))).toBe("unreachable");
});

test("the text names vendor, operation, status and the vendor's code", () => {
  const detail = { status: 422, vendorCode: "form_param_invalid" };
  const error = new VendorError("Clerk", "reading the instance", "invalid", detail);
  expect(error.message).toContain("while reading the instance (status 422, form_param_invalid)");
  expect(error.code).toBe("CLERK_INVALID");
  expect(new VendorError("Svix", "x", "rateLimited").code).toBe("SVIX_RATE_LIMITED");
});

test.each([
  ["Clerk", "CLERK_UNAUTHORIZED", "CLERK_SECRET_KEY"],
  ["Clerk Platform API", "CLERK_PLATFORM_API_UNAUTHORIZED", "CLERK_PLATFORM_API_KEY"],
  ["Convex", "CONVEX_UNAUTHORIZED", "CONVEX_DEPLOY_KEY"],
] as const)("the remedy names the credential of %s", (vendor, code, variable) => {
  const error = new VendorError(vendor, "testing", "unauthorized");
  expect(error.code).toBe(code);
  expect(error.remedy).toContain(`or ${variable}`);
});

test("a vendor's code that is no code is left out", () => {
  const detail = { status: 400, vendorCode: "the value sk_test_1 is wrong" };
  const error = new VendorError("Clerk", "testing", "invalid", detail);
  expect(error.message).not.toContain("sk_test_1");
  expect(error.vendorCode).toBeUndefined();
});

test("only an answer that it is not there counts as absence", async () => {
  const lookup = (kind: "notFound" | "forbidden") =>
    orUndefined(Promise.reject(new VendorError("Svix", "testing", kind)));
  expect(await lookup("notFound")).toBeUndefined();
  await expect(lookup("forbidden")).rejects.toMatchObject({ kind: "forbidden" });
  expect(await orUndefined(Promise.resolve("there"))).toBe("there");
});
