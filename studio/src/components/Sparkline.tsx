import css from "./Sparkline.module.css";

interface Props {
  values: readonly number[];
  /** What it shows, in words. */
  label: string;
}

const WIDTH = 72;
const HEIGHT = 22;

/** A number's course, small: bars from zero, the highest as high as there is room. */
export function Sparkline({ values, label }: Props) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <svg role="img" aria-label={label} width={WIDTH} height={HEIGHT} className={css.line}>
      <title>{label}</title>
      {values.map((value, index) => {
        const high = value === 0 ? 1 : Math.max(2, (value / most) * HEIGHT);
        return (
          <rect
            key={index}
            x={index * step}
            y={HEIGHT - high}
            width={step - 1}
            height={high}
            data-none={value === 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
