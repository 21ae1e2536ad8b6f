/** The feelings a person can have drawn, and the emotions of a journal entry: colours and faces. Names are texts. */

import { get } from "./api.js";
import { has, t } from "./texts.js";

export const FEELINGS = {
  super_happy: { color: "#FFE4A0", eyes: "happy", mouth: "grin" },
  pumped: { color: "#FFB5A0", eyes: "wide", mouth: "grin" },
  cozy: { color: "#D4B896", eyes: "closed", mouth: "smile" },
  chill: { color: "#A8E6CF", eyes: "half", mouth: "smirk" },
  content: { color: "#D4C4E8", eyes: "dots", mouth: "smile" },
  fuming: { color: "#E8A0A0", eyes: "angry", mouth: "zigzag" },
  freaked_out: { color: "#C8A0E8", eyes: "wide", mouth: "wavy" },
  mad_as_hell: { color: "#E8B0A0", eyes: "angry", mouth: "shout" },
  blah: { color: "#B0C4D4", eyes: "half", mouth: "flat" },
  down: { color: "#A0B8D4", eyes: "sad", mouth: "frown" },
  bored_stiff: { color: "#D4D0C4", eyes: "half", mouth: "slant" },
};

const GOOD = ["super_happy", "pumped", "cozy", "chill", "content"];
const BAD = ["fuming", "freaked_out", "mad_as_hell", "blah", "down", "bored_stiff"];
export const CATEGORIES = { good: GOOD, bad: BAD, not_sure: [...GOOD, ...BAD] };

const EMOTION_FACES = {
  joy: { eyes: "happy", mouth: "grin" },
  sadness: { eyes: "sad", mouth: "frown" },
  anger: { eyes: "angry", mouth: "zigzag" },
  fear: { eyes: "wide", mouth: "wavy" },
  disgust: { eyes: "half", mouth: "wavy" },
  surprise: { eyes: "wide", mouth: "o" },
  anxiety: { eyes: "sad", mouth: "wavy" },
  contentment: { eyes: "closed", mouth: "smile" },
  frustration: { eyes: "angry", mouth: "flat" },
  excitement: { eyes: "happy", mouth: "shout" },
};
const NEUTRAL = { eyes: "dots", mouth: "flat" };
const GREY = "#cfc9d8";

let catalog = null;

/** `[{id, name, color, description, eyes, mouth}]`: what the server knows, with names in the page's language. */
export function emotions() {
  catalog ??= get("/emotions").then(
    (answer) => answer.emotions.map((each) => ({ ...each, ...faceOf(each.id), name: emotionName(each.id, each.name) })),
    (error) => {
      catalog = null; // the next one asks again
      throw error;
    },
  );
  return catalog;
}

/** The same by id; colours are grey until the catalogue is there. */
export async function emotionsById() {
  return new Map((await emotions()).map((each) => [each.id, each]));
}

export function faceOf(id) {
  return EMOTION_FACES[id] ?? NEUTRAL;
}

export function emotionName(id, fallback = id) {
  return has(`emotion.${id}`) ? t(`emotion.${id}`) : fallback;
}

export const colorOf = (known, id) => known.get(id)?.color ?? GREY;

/** How strong, in words: the key of a text. `intensity` is 0 to 1. */
export function strength(intensity) {
  const step = Math.min(4, Math.floor(intensity * 5));
  return t(`strength.${step}`);
}
