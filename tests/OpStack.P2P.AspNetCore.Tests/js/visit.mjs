// Visits the dashboard on a desk and on a phone, and prints as JSON what a person sees there. What is true is for the test to say.
import { chromium } from "playwright-core";

const [, , executablePath, url, pictures, expectedText] = process.argv;
const expected = JSON.parse(expectedText); // { peers, blocks, explained }
const PATIENCE = 120_000;

// Without these the browser looks for hosts of its maker, which a closed network refuses.
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const heard = { console: [], requests: [] };
  page.on("console", (message) => heard.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.console.push(`error: ${error.stack}`));
  page.on("request", (request) => heard.requests.push(request.url()));
  await page.goto(url);
  await page.waitForFunction(({ peers, blocks, explained }) =>
    document.querySelector("#status").className === "status live"
    && document.querySelectorAll("#graph .peer").length === peers
    && document.querySelectorAll("#timeline .block").length === blocks
    && document.querySelector(`#graph .peer.low[data-key="${explained}"]`) !== null, expected, { timeout: PATIENCE });
  return { page, heard, close: () => context.close() };
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
  await page.screenshot({ path: `${pictures}/dashboard-desktop.png`, fullPage: true });
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
  const { page, heard, close } = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme: "dark" });
  const seen = {
    theme: await page.evaluate(() => document.documentElement.dataset.theme),
    overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    sheetBefore: await page.isVisible("#detail"),
  };
  await page.screenshot({ path: `${pictures}/dashboard-phone.png`, fullPage: true });
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

try {
  const report = { desk: await onADesk(), phone: await onAPhone() };
  process.stdout.write(JSON.stringify(report));
} finally {
  await browser.close();
}
