import { expect, test } from "vitest";
import { requireSafeUrl } from "../../infra/urls.ts";

test("https, and http on loopback, are safe", () => {
  for (const address of [
    "https://api.test",
    "http://127.0.0.1:1",
    "http://localhost",
    "http://[::1]:1",
  ]) {
    expect(requireSafeUrl(address, "apiUrl").href).toContain(new URL(address).host);
  }
});

test.each([
  ["http://api.test", "URL_NOT_HTTPS"],
  ["http://127.0.0.1.api.test", "URL_NOT_HTTPS"],
  ["ftp://localhost", "URL_NOT_HTTPS"],
  ["api.test", "URL_INVALID"],
  ["", "URL_INVALID"],
])("%j is refused with %s, naming the setting", (address, code) => {
  expect(() => requireSafeUrl(address, "apiUrl")).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining("apiUrl") }),
  );
});
