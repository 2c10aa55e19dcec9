/** Colours that there are for experts. */
const COLOURS = 6;

/** Class of the colour of the expert at a place. */
export const expertClass = (place: number): string => `expert-${place % COLOURS}`;

/** Who judged, as parts of a bar. */
export function Experts({ weights }: { readonly weights: Readonly<Record<string, number>> }) {
  const parts = Object.entries(weights);
  if (parts.length === 0) return <span />;
  const spoken = parts.map(([name, weight]) => `${name} ${weight.toFixed(2)}`).join(', ');
  return (
    <span class="experts" role="img" aria-label={spoken} title={spoken}>
      {parts.map(([name, weight], place) => (
        <i key={name} class={expertClass(place)} style={{ flexGrow: weight }} />
      ))}
    </span>
  );
}
