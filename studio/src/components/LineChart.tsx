import { useId, useState } from "react";
import { useLanguage } from "../frame/preferences";
import { number } from "../messages/text";
import { nice, spread } from "./chart";
import css from "./LineChart.module.css";

export type Tone = "accent" | "good" | "bad";

export interface Line {
  readonly name: string;
  readonly tone: Tone;
  readonly values: readonly number[];
}

interface Props {
  /** What it shows, in words. */
  label: string;
  lines: readonly Line[];
  /** What stands below each place. */
  places: readonly string[];
}

const WIDTH = 960;
const HEIGHT = 220;
const LEFT = 56;
const RIGHT = 120;
const TOP = 12;
const BOTTOM = 28;

/** A few lines over time, from zero, each named at its end; what one points at is said in numbers. */
export function LineChart({ label, lines, places }: Props) {
  const language = useLanguage();
  const [at, setAt] = useState<number | undefined>();
  const id = useId();
  const most = nice(Math.max(1, ...lines.flatMap((line) => line.values)));
  const x = (index: number) =>
    places.length < 2 ? (LEFT + WIDTH - RIGHT) / 2 : LEFT + (index / (places.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
  const names = spread(
    lines.map((line) => y(line.values.at(-1) ?? 0)),
    HEIGHT - BOTTOM + 4,
  );
  const every = Math.max(1, Math.ceil(places.length / 8));
  const last = places.length - 1;
  const shown = at ?? last;
  return (
    <figure className={css.figure}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-labelledby={id}
        className={css.chart}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const here = ((event.clientX - box.left) / box.width) * WIDTH;
          const share = (here - LEFT) / (WIDTH - LEFT - RIGHT);
          setAt(Math.min(last, Math.max(0, Math.round(share * last))));
        }}
        onPointerLeave={() => setAt(undefined)}
      >
        <title id={id}>{label}</title>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(most * share)} y2={y(most * share)} className={css.grid} />
            <text x={LEFT - 8} y={y(most * share) + 4} className={css.axis} textAnchor="end">
              {number(most * share, language)}
            </text>
          </g>
        ))}
        {places.map(
          (place, index) =>
            index % every === 0 && (
              <text key={place} x={x(index)} y={HEIGHT - 8} className={css.axis} textAnchor="middle">
                {place}
              </text>
            ),
        )}
        {at !== undefined && <line x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} className={css.pointer} />}
        {lines.map((line, index) => (
          <g key={line.name} className={css[line.tone]}>
            <polyline points={line.values.map((value, place) => `${x(place)},${y(value)}`).join(" ")} />
            <circle cx={x(shown)} cy={y(line.values[shown] ?? 0)} r={3.5} />
            <text x={WIDTH - RIGHT + 12} y={(names[index] ?? 0) + 4}>
              {line.name} {number(line.values[shown] ?? 0, language)}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="only-read-aloud">
        {lines.map((line) => `${line.name}: ${number(line.values.at(-1) ?? 0, language)}`).join(", ")}
      </figcaption>
    </figure>
  );
}
