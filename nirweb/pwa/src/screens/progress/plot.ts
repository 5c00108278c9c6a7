/** uPlot, loaded only where there is something to draw. Colours are those of the theme, read anew with each drawing. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface Mark {
  x: number;
  y: number | null;
  /** Drawn hatched: an upper bound, or only a part of it is known. */
  unsure: boolean;
  /** What is said of it when it is pointed at. */
  words: string;
}
export interface Drawing {
  kind: "bars" | "curve";
  marks: readonly Mark[];
  top: number;
  unit: string;
  /** For the scale below: a word for some of the places. */
  wordOf: (x: number) => string;
}

const HEIGHT_PX = 176;
const LABEL_PX = 13;
const PEN_PX = 1.5;
const MANY = 20;
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const font = (): string => `${LABEL_PX}px ${token("--face")}`;

/** Lines on the slant, as infrared and all that is not certain is drawn everywhere. */
function hatched(plot: uPlot): CanvasPattern | string {
  const tile = document.createElement("canvas");
  const side = Math.round(6 * devicePixelRatio);
  tile.width = tile.height = side;
  const pen = tile.getContext("2d");
  if (!pen) return token("--ember");
  pen.strokeStyle = token("--ember");
  pen.lineWidth = PEN_PX * devicePixelRatio;
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift, side);
    pen.lineTo(shift + side, 0);
  }
  pen.stroke();
  return plot.ctx.createPattern(tile, "repeat") ?? token("--ember");
}

const bars = uPlot.paths.bars?.({ size: [0.62, 40], radius: 0.15 });

function seriesOf({ kind, marks }: Drawing): uPlot.Series[] {
  if (kind === "curve") {
    return [{}, { stroke: () => token("--ember"), width: 2, spanGaps: true, points: { show: marks.length <= MANY, size: 9, fill: () => token("--plate"), width: 2 } }];
  }
  const drawn = bars ? { paths: bars } : {};
  return [
    {},
    { ...drawn, fill: () => token("--ember"), points: { show: false } },
    { ...drawn, fill: (plot: uPlot) => hatched(plot), stroke: () => token("--ember"), width: PEN_PX, points: { show: false } },
  ];
}

function dataOf({ kind, marks }: Drawing): uPlot.AlignedData {
  const xs = marks.map((mark) => mark.x);
  if (kind === "curve") return [xs, marks.map((mark) => mark.y)];
  return [xs, marks.map((mark) => (mark.unsure ? null : mark.y)), marks.map((mark) => (mark.unsure ? mark.y : null))];
}

// uPlot declares its sides as an enum that only its types have
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const drawnRight: uPlot.Axis.Side = 1;

function axesOf({ top, unit, marks, wordOf }: Drawing): uPlot.Axis[] {
  const line = { stroke: () => token("--line"), width: 1 };
  const shared = { stroke: () => token("--ink-2"), ticks: { show: false } };
  const some = marks.length > 4 ? marks.filter((_, index) => index % Math.ceil(marks.length / 4) === 0) : marks;
  return [
    { ...shared, font: font(), grid: { show: false }, size: 28, splits: () => some.map((mark) => mark.x), values: (_plot, at) => at.map(wordOf) },
    { ...shared, font: font(), grid: line, side: drawnRight, size: 52, splits: () => [0, top / 2, top], values: (_plot, at) => at.map((one) => (one === 0 ? unit : String(Number(one.toPrecision(2))))) },
  ];
}

function xRange({ kind, marks }: Drawing): [number, number] {
  const first = marks[0]?.x ?? 0;
  const last = marks.at(-1)?.x ?? 1;
  const margin = kind === "bars" || first === last ? 0.5 : (last - first) * 0.03;
  return [first - margin, last + margin];
}

/** Draws into `place` and follows its width and the theme. Returns what takes it away again. */
export function draw(place: HTMLElement, drawing: Drawing, say: (words: string) => void): () => void {
  const options: uPlot.Options = {
    width: place.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    padding: [8, 0, 0, 16],
    scales: { x: { time: false, range: () => xRange(drawing) }, y: { range: () => [0, drawing.top] } },
    series: seriesOf(drawing),
    axes: axesOf(drawing),
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    hooks: { setCursor: [({ cursor }) => { say(cursor.idx == null ? "" : (drawing.marks[cursor.idx]?.words ?? "")); }] },
  };
  const width = new ResizeObserver(() => { plot.setSize({ width: place.clientWidth, height: HEIGHT_PX }); });
  const theme = new MutationObserver(() => { plot.redraw(false, true); });
  let begun = 0;
  // to make it and to draw it are a task each, so that the page answers in between
  const plot = new uPlot(options, dataOf(drawing), ({ root }, begin) => {
    begun = setTimeout(() => {
      place.append(root);
      (begin as () => void)();
      width.observe(place);
      theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    });
  });
  return () => {
    clearTimeout(begun);
    width.disconnect();
    theme.disconnect();
    plot.destroy();
  };
}
