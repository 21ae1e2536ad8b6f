/**
 * Elements, built one by one.
 *
 * Nothing on these pages is ever parsed from a text: what people write reaches the document as text nodes and
 * attributes only, and the page's policy refuses anything else.
 */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "indeterminate", "open", "required"]);

/** An HTML element. `props`: attributes, some properties, `on` (listeners), `style` (a map), `dataset`. */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** An SVG element. */
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [property, each] of Object.entries(value)) element.style.setProperty(property, each);
    } else if (name === "dataset") {
      Object.assign(element.dataset, value);
    } else if (PROPERTIES.has(name) && name in element) {
      element[name] = value;
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false) {
      element.setAttribute(name, value);
    }
  }
  add(element, ...children);
  return element;
}

/** Append elements and texts; arrays are opened, `null` and `false` are left out. */
export function add(parent, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
  return parent;
}

/** Put `children` in the place of what `parent` has. */
export function put(parent, ...children) {
  parent.replaceChildren();
  return add(parent, ...children);
}

let last = 0;

/** An id that nothing else in the document has. */
export function freshId(prefix = "id") {
  last += 1;
  return `${prefix}-${last}`;
}

/** Whether the person asked their system for less movement. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
