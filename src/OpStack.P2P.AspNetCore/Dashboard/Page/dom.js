// Building and updating the document. Nothing here or anywhere else takes markup: what peers say of themselves becomes text nodes and
// attribute values, never elements.
const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

const byId = (id) => document.getElementById(id);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    setAttribute(node, name, value);
  }
  node.append(...children);
  return node;
}

/** An HTML element; children are nodes or text. */
const html = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element. */
const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);

/** Touches the document only when something changes: a screen reader would else hear everything again. Null and false take it away. */
function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Makes the children of a node those of a list, keeping the ones whose key stays: focus and hover survive an update. */
function reconcile(parent, items, keyOf, create, update) {
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let before = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let node = known.get(key);
    if (node) {
      known.delete(key);
    } else {
      node = create(item);
      node.dataset.key = key;
    }
    update(node, item);
    if (node === before) {
      before = before.nextElementSibling;
    } else {
      parent.insertBefore(node, before);
    }
  }
  known.forEach((node) => node.remove());
}

/** One stop for the Tab key in a group of many; arrow keys go on from there. */
function rove(group, selector) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  group.addEventListener("keydown", (event) => {
    const members = [...group.querySelectorAll(selector)];
    const at = members.indexOf(document.activeElement?.closest(selector));
    if (at < 0 || members.length === 0) {
      return;
    }
    if (event.key in steps) {
      event.preventDefault();
      members[(at + steps[event.key] + members.length) % members.length].focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      members[at].dispatchEvent(new MouseEvent("click", { bubbles: true }));
    }
  });
  group.addEventListener("focusin", (event) => {
    group.querySelectorAll(selector).forEach((member) => setAttribute(member, "tabindex", member.contains(event.target) ? 0 : -1));
  });
}

/** Keeps exactly one member of a roving group in the Tab order after an update. */
function ensureStop(group, selector) {
  const members = [...group.querySelectorAll(selector)];
  if (members.length > 0 && !members.some((member) => member.getAttribute("tabindex") === "0")) {
    setAttribute(members[0], "tabindex", 0);
  }
}
