// Visits the dashboard on a desk and on a phone, and prints as JSON what a person sees there. What is true is for the test to say.
import { chromium } from "playwright-core";
import { crowd } from "./crowd.mjs";

const [, , executablePath, url, pictures, expectedText] = process.argv;
const expected = JSON.parse(expectedText); // { peers, blocks, explained } of the node, or { crowd }: as many made-up peers.
const PATIENCE = 120_000;

// Without these the browser looks for hosts of its maker, which a closed network refuses.
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function begin(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const heard = { console: [], requests: [] };
  page.on("console", (message) => heard.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.console.push(`error: ${error.stack}`));
  page.on("request", (request) => heard.requests.push(request.url()));
  return { page, heard, close: () => context.close() };
}

async function open(options) {
  const visit = await begin(options);
  const { page } = visit;
  await page.goto(url);
  await page.waitForFunction(({ peers, blocks, explained }) =>
    document.querySelector("#status").className === "status live"
    && document.querySelectorAll("#graph .peer").length === peers
    && document.querySelectorAll("#timeline .block").length === blocks
    && document.querySelector(`#graph .peer.low[data-key="${explained}"]`) !== null, expected, { timeout: PATIENCE });
  return visit;
}

const textsOf = (page, selector) => page.$$eval(selector, (nodes) => nodes.map((node) => node.textContent.trim()));

const detailOf = (page) => page.evaluate(() => ({
  id: document.querySelector("#detail .id")?.textContent ?? null,
  total: document.querySelector("#detail .sum b")?.textContent ?? null,
  verdict: document.querySelector("#detail .verdict")?.textContent ?? null,
  facts: document.querySelector("#detail .facts")?.textContent ?? null,
  terms: [...document.querySelectorAll("#detail .term")].map((term) => ({
    name: term.dataset.term, points: term.querySelector(".points").textContent, how: term.querySelector(".how").textContent })),
}));

async function onADesk() {
  const { page, heard, close } = await open({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
  const seen = {
    title: await page.title(),
    peers: await page.$$eval("#graph .peer", (nodes) => nodes.map((node) => ({ id: node.dataset.key, label: node.getAttribute("aria-label") }))),
    links: await page.$$eval("#graph .link", (nodes) => nodes.map((node) => ({
      peer: node.dataset.peer, mesh: node.classList.contains("mesh"), dashes: getComputedStyle(node).strokeDasharray }))),
    blocks: await textsOf(page, "#block-rows tr td:first-child"),
    beads: await page.$$eval("#timeline .block", (nodes) => nodes.map((node) => node.getAttribute("aria-label"))),
    bans: await page.$$eval("#ban-rows tr", (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim()))),
    agents: await textsOf(page, "#peer-rows .agent"),
    buckets: await page.$$eval("#buckets .bucket", (nodes) => nodes.map((node) => node.getAttribute("aria-label"))),
    filled: await page.$$eval("#buckets .session, #buckets .live, #buckets .known", (cells) => cells.length),
    tiles: await textsOf(page, "#tiles .value"),
    parts: await page.$$eval("#parts li", (items) => items.map((item) => item.getAttribute("aria-label"))),
  };
  await page.hover(`#graph .peer[data-key="${expected.explained}"] .body`);
  await page.waitForSelector("#detail .term");
  seen.hovered = await detailOf(page);
  await page.waitForFunction(() => [...document.querySelectorAll("#tiles .value")].every((value) => !value.textContent.startsWith("–")));
  await page.waitForFunction(() => document.querySelector("#tiles .line").getAttribute("d").split("L").length > 5); // Something of a history.
  await page.screenshot({ path: `${pictures}/dashboard-desktop.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: `${pictures}/dashboard-desktop-dark.png`, fullPage: true });
  await page.mouse.move(4, 4);
  await page.waitForFunction(() => document.querySelector("#detail .term") === null);

  // By keyboard alone: one stop in the graph, arrows to the next peer, Enter keeps it, Escape lets it go.
  await page.focus('#graph .peer[tabindex="0"]');
  const first = await page.evaluate(() => document.activeElement.dataset.key);
  await page.keyboard.press("ArrowRight");
  seen.keyboard = { first, second: await page.evaluate(() => document.activeElement.dataset.key) };
  await page.keyboard.press("Enter");
  seen.keyboard.pressed = await page.evaluate(() => document.activeElement.getAttribute("aria-pressed"));
  seen.keyboard.shown = (await detailOf(page)).id;
  await page.keyboard.press("Escape");
  seen.keyboard.after = await page.$$eval('#graph .peer[aria-pressed="true"]', (nodes) => nodes.length);

  await page.click("#topics button:nth-child(5)");
  seen.oneTopic = await page.$$eval("#graph .link.mesh", (nodes) => nodes.map((node) => node.getAttribute("class")));
  seen.unlabelled = await page.$$eval("button, svg[role], [role=button], [role=group]", (nodes) => nodes
    .filter((node) => !node.getAttribute("aria-label") && !node.textContent.trim()).map((node) => node.outerHTML.slice(0, 80)));
  seen.hacked = await page.evaluate(() => window.hacked ?? null);
  await close();
  return { ...seen, ...heard };
}

async function onAPhone() {
  const { page, heard, close } = await open({ viewport: { width: 375, height: 812 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: "dark" });
  const seen = {
    theme: await page.evaluate(() => document.documentElement.dataset.theme),
    overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    sheetBefore: await page.isVisible("#detail"),
  };
  await page.screenshot({ path: `${pictures}/dashboard-phone.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: "light" });
  await page.screenshot({ path: `${pictures}/dashboard-phone-light.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.tap(`#graph .peer[data-key="${expected.explained}"]`);
  await page.waitForSelector("#detail .term");
  seen.tapped = await detailOf(page);
  seen.sheet = await page.isVisible("#detail");
  seen.inSight = await page.evaluate((id) => {
    const peer = document.querySelector(`#graph .peer[data-key="${id}"] .body`).getBoundingClientRect();
    return peer.bottom < document.querySelector("#detail").getBoundingClientRect().top && peer.top > 0;
  }, expected.explained);
  await page.screenshot({ path: `${pictures}/dashboard-phone-peer.png` });
  await page.tap("#detail .close");
  seen.sheetAfter = await page.isVisible("#detail");
  await close();
  return { ...seen, ...heard };
}

/** The page of the node, policy and all, with a snapshot that is not the node's. */
async function inACrowd(width, height) {
  const { page, heard, close } = await begin({ viewport: { width, height }, isMobile: width < 900, hasTouch: width < 900 });
  let ticks = 0;
  await page.route("**/snapshot.json", (route) => route.fulfill({ json: crowd(expected.crowd, Date.now(), ticks++) }));
  await page.goto(url);
  await page.waitForFunction((peers) => document.querySelectorAll("#graph .peer").length === peers, expected.crowd);
  await page.waitForFunction(() => [...document.querySelectorAll("#tiles .value")].every((value) => !value.textContent.startsWith("–")));
  const seen = await page.evaluate(lookAround);
  await page.screenshot({ path: `${pictures}/dashboard-crowd-${width}.png`, fullPage: true });
  const quiet = structuredClone(heard); // The policy speaks up about what comes now.
  const markup = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML("beforeend", "<b></b>");
      return "taken";
    } catch (error) {
      return error.name;
    }
  });
  await close();
  return { width, ...seen, ...quiet, markup };
}

/** Runs in the page. */
function lookAround() {
  const boxOf = (node) => node.getBoundingClientRect();
  const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const labels = [...document.querySelectorAll("#graph text, #timeline .label")].filter((label) => boxOf(label).width > 0);
  const peers = [...document.querySelectorAll("#graph .peer")];
  document.querySelector("#graph").scrollIntoView({ block: "center" });
  return {
    overflow: document.documentElement.scrollWidth - innerWidth,
    peers: peers.length,
    reachable: peers.filter((peer) => {
      const box = boxOf(peer.querySelector(".body"));
      return document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2)?.closest(".peer") === peer;
    }).length,
    clipped: [...document.querySelectorAll("#tiles .value, #tiles .note, .head h2, .head p, .tabs span, .legend li")]
      .filter((node) => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== "inline").map((node) => node.textContent),
    overlapping: labels.flatMap((label, at) => labels.slice(at + 1).filter((other) => meets(boxOf(label), boxOf(other)))
      .map((other) => `${label.textContent} and ${other.textContent}`)),
    hacked: window.hacked ?? null,
  };
}

try {
  const crowds = [];
  for (const [width, height] of expected.crowd ? [[1440, 900], [768, 1024], [375, 812], [320, 640]] : []) {
    crowds.push(await inACrowd(width, height));
  }
  const report = expected.crowd ? { crowds, markup: crowds[0].markup } : { desk: await onADesk(), phone: await onAPhone() };
  process.stdout.write(JSON.stringify(report));
} finally {
  await browser.close();
}
