import { expect, test } from "../support/fixtures.ts";
import { fill, inviteAndAccept, linkFromOutbox, press, signIn, signOut } from "../support/steps.ts";

test("signing out ends the session, signing in starts another", async ({ stranger, site }) => {
  await signIn(stranger, site.owner);
  await expect(stranger).toHaveURL(new RegExp(`/admin/${site.organization}`));
  await signOut(stranger);
  await stranger.goto(`/admin/${site.organization}/content`);
  await expect(stranger, "a stranger is asked to sign in").toHaveURL(/\/admin\/sign-in/);
  await signIn(stranger, site.owner);
  await expect(stranger).toHaveURL(new RegExp(`/admin/${site.organization}`));
});

test("a wrong password and an unknown address get the same answer", async ({ stranger, site }) => {
  await signIn(stranger, { email: site.owner.email, password: "not the password 1" });
  const refusal = stranger.getByRole("alert");
  await expect(refusal).toBeVisible();
  const words = await refusal.innerText();
  await expect(stranger.locator('[name="email"]'), "the address is kept").toHaveValue(site.owner.email);
  await signIn(stranger, { email: "nobody@example.com", password: "not the password 1" });
  await expect(refusal).toHaveText(words);
  await expect(stranger).toHaveURL(/\/admin\/sign-in/);
});

test("after signing in, one is where one wanted to go", async ({ stranger, site }) => {
  await stranger.goto(`/admin/${site.organization}/members`);
  await fill(stranger, { email: site.owner.email, password: site.owner.password });
  await press(stranger, /^sign in/i);
  await expect(stranger).toHaveURL(new RegExp(`/admin/${site.organization}/members`));
});

test("a forgotten password is replaced by way of a mail", async ({ page, stranger, site }) => {
  const forgetful = { name: "Fred Forgetful", email: "fred@example.com", password: "an umbrella in the hall 3" };
  await inviteAndAccept(page, stranger, site.organization, forgetful, "MEMBER");
  await signOut(stranger);
  await stranger.getByRole("link", { name: /forgot/i }).click();
  await fill(stranger, { email: forgetful.email });
  await press(stranger, /send|reset/i);
  await expect(stranger.getByRole("main")).toContainText(/mail/i);

  const link = await linkFromOutbox(page, site.organization, forgetful.email, "/admin/reset-password");
  const renewed = { ...forgetful, password: "a second umbrella there 4" };
  await stranger.goto(link);
  await fill(stranger, { password: renewed.password });
  await press(stranger, /save|set|reset|change/i);
  await expect(stranger).not.toHaveURL(/reset-password/);
  await stranger.context().clearCookies();
  await signIn(stranger, forgetful);
  await expect(stranger.getByRole("alert"), "the old password is no longer good").toBeVisible();
  await signIn(stranger, renewed);
  await expect(stranger).not.toHaveURL(/sign-in/);

  const again = await stranger.goto(link);
  expect(again?.status(), "the link works once").toBeGreaterThanOrEqual(400);
});
