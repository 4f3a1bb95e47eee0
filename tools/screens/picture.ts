/**
 * Terminals as a picture: SVG, of one moment or of several that follow each other.
 *
 * Every piece of text is fitted into its columns, so the picture looks the same in any font. What
 * the terminals show, and when, is not known here.
 */

import type { Capture, Run } from "./capture.ts";

/** A terminal window: its title, its size in columns and rows, and what it shows over time. */
export interface Window {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  /** One for each moment. */
  readonly captures: readonly Capture[];
}

/** Rows of windows that stand side by side. */
export interface Picture {
  readonly rows: readonly (readonly Window[])[];
  /** When each moment begins, in seconds from 0; and at the end, when the last one ends. */
  readonly times: readonly number[];
}

const CELL = { width: 8.4, height: 18 };
const PADDING = 12;
const TITLE = 26;
const GAP = 14;
const PAPER = "#1d1f21";
const INK = "#d4d4d4";
const BAR = "#303336";
const FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";

/** The whole picture. */
export function draw({ rows, times }: Picture): string {
  const frames: string[] = [];
  let [width, y] = [0, 0];
  for (const windows of rows) {
    let x = 0;
    for (const window of windows) {
      frames.push(frame(window, x, y, times));
      x += widthOf(window) + GAP;
    }
    width = Math.max(width, x - GAP);
    y += Math.max(...windows.map(heightOf)) + GAP;
  }
  const height = y - GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<g font-family="${FONT}" font-size="14" fill="${INK}" xml:space="preserve">`,
    ...frames,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function widthOf({ columns }: Window): number {
  return Math.ceil(columns * CELL.width + 2 * PADDING);
}

function heightOf({ rows }: Window): number {
  return TITLE + rows * CELL.height + 2 * PADDING;
}

function frame(window: Window, x: number, y: number, times: readonly number[]): string {
  const width = widthOf(window);
  const height = heightOf(window);
  const content = Array.from({ length: window.rows }, (_, row) => {
    const shown = window.captures.map((capture) => rowOf(capture, row));
    return overTime(shown, times);
  });
  return [
    `<g transform="translate(${x} ${y})">`,
    `<rect width="${width}" height="${height}" rx="7" fill="${PAPER}"/>`,
    `<path d="M0 ${TITLE}V7a7 7 0 0 1 7-7H${width - 7}a7 7 0 0 1 7 7V${TITLE}z" fill="${BAR}"/>`,
    `<text x="${width / 2}" y="18" text-anchor="middle" font-size="13">${
      escaped(window.title)
    }</text>`,
    `<g transform="translate(${PADDING} ${TITLE + PADDING})">`,
    ...content.filter((row) => row !== ""),
    "</g>",
    "</g>",
  ].join("\n");
}

/** A row at one moment: its runs, and the cursor if it stands there. */
function rowOf({ rows, cursor }: Capture, row: number): string {
  const y = row * CELL.height;
  const runs = (rows[row] ?? []).map((run) => textOf(run, y));
  if (cursor.row === row) {
    const x = round(cursor.column * CELL.width);
    runs.unshift(
      `<rect x="${x}" y="${y}" width="${CELL.width}" height="${CELL.height}" fill="#8a8f94"/>`,
    );
  }
  return runs.join("");
}

function textOf({ column, columns, text, look }: Run, y: number): string {
  if (text.trim() === "" && !look.reverse) return "";
  const x = round(column * CELL.width);
  const width = round(columns * CELL.width);
  const paper = look.reverse
    ? `<rect x="${x}" y="${y}" width="${width}" height="${CELL.height}" fill="${INK}"/>`
    : "";
  const attributes = [
    look.reverse ? ` fill="${PAPER}"` : "",
    look.bold ? ' font-weight="bold"' : "",
    look.dim ? ' opacity="0.6"' : "",
  ].join("");
  const fitted = `textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
  return `${paper}<text x="${x}" y="${y + 13.5}" ${fitted}${attributes}>${escaped(text)}</text>`;
}

/** What one place shows over time: each different content once, seen when its moments are. */
function overTime(shown: readonly string[], times: readonly number[]): string {
  if (new Set(shown).size === 1) return shown[0]!;
  const total = times.at(-1)!;
  const begins = times.slice(0, -1).map((time) => round(time / total, 5)).join(";");
  return [...new Set(shown)].filter((content) => content !== "").map((content) => {
    const values = shown.map((other) => other === content ? "inline" : "none").join(";");
    const animation =
      `<animate attributeName="display" values="${values}" keyTimes="${begins}" dur="${total}s" calcMode="discrete" repeatCount="indefinite"/>`;
    return `<g>${animation}${content}</g>`;
  }).join("\n");
}

function round(number: number, digits = 1): number {
  return Number(number.toFixed(digits));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
