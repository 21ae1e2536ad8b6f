/** What the browser keeps for us. Where storage is refused (private windows, policies), memory takes its place. */

const memory = new Map();

export function read(key) {
  try {
    const text = localStorage.getItem(key);
    return text === null ? (memory.get(key) ?? null) : JSON.parse(text);
  } catch {
    return memory.get(key) ?? null;
  }
}

export function write(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Memory has it; it lasts as long as this page.
  }
}

export function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // It was never there.
  }
}
