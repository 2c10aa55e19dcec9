import type { ComponentChildren } from 'preact';

interface Props {
  readonly name: string;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
}

/** One number, large, with its name and what belongs to it. */
export function FigureTile({ name, children, note }: Props) {
  return (
    <div class="figure-tile">
      <dt>{name}</dt>
      <dd>
        <b>{children}</b>
        {note && <span class="muted">{note}</span>}
      </dd>
    </div>
  );
}
