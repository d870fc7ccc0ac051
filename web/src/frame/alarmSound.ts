/** A tone for a new alarm that nobody has acknowledged. Off until somebody switches it on; the browser remembers it. */

import { useEffect, useRef, useSyncExternalStore } from "react";

import type { AlarmBoard } from "../api/types";
import { isLoud } from "../widgets/severity";

const KEY = "lineside.sound";
/** Two short notes, falling: Hz, start and length in s. */
const NOTES = [
  { hz: 880, at: 0, lasts: 0.18 },
  { hz: 660, at: 0.22, lasts: 0.26 },
] as const;
const LOUDNESS = 0.25;
const FADE_S = 0.02;

/** `blocked`: on, but the browser plays nothing before the first click or key in this tab. */
export type Sound = "off" | "on" | "blocked";

let wanted = localStorage.getItem(KEY) === "on";
let context: AudioContext | null = null;
const watchers = new Set<() => void>();

export function useSound(): Sound {
  return useSyncExternalStore(watch, current);
}

export function switchSound(on: boolean): void {
  wanted = on;
  localStorage.setItem(KEY, on ? "on" : "off");
  changed();
}

export function playTone(): void {
  // Asked for before a gesture, a browser would only complain about it in its console.
  if (!mayPlay()) return;
  context ??= new AudioContext();
  void context.resume();
  for (const note of NOTES) play(context, note);
}

/** Plays for each alarm that is new on the board; what was open when the page came is not new. */
export function useAlarmSound(board: AlarmBoard | undefined): void {
  const known = useRef<Set<number> | null>(null);
  useEffect(() => {
    if (board === undefined) return;
    const before = known.current;
    known.current = new Set(board.open.map(({ id }) => id));
    if (before === null || !wanted) return;
    if (board.open.some(({ id, severity, acknowledged_at }) => !before.has(id) && acknowledged_at === null && isLoud(severity))) playTone();
  }, [board]);
}

function play(audio: AudioContext, { hz, at, lasts }: (typeof NOTES)[number]): void {
  const start = audio.currentTime + at;
  const gain = new GainNode(audio, { gain: 0 });
  const tone = new OscillatorNode(audio, { frequency: hz, type: "triangle" });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + FADE_S);
  gain.gain.setValueAtTime(LOUDNESS, start + lasts - FADE_S);
  gain.gain.linearRampToValueAtTime(0, start + lasts);
  tone.connect(gain).connect(audio.destination);
  tone.start(start);
  tone.stop(start + lasts);
}

function current(): Sound {
  if (!wanted) return "off";
  return mayPlay() ? "on" : "blocked";
}

function mayPlay(): boolean {
  // Browsers that do not tell are asked by playing.
  return "userActivation" in navigator ? navigator.userActivation.hasBeenActive : true;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (watchers.size === 1) listen();
  return () => watchers.delete(watcher);
}

/** The first gesture unblocks the sound; told after the gesture has had its own effect. */
function listen(): void {
  for (const gesture of ["click", "keyup"]) window.addEventListener(gesture, () => setTimeout(changed), { once: true });
}

function changed(): void {
  for (const watcher of watchers) watcher();
}
