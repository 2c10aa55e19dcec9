import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  readonly title: string;
  readonly note?: ComponentChildren;
  /** Buttons and switches at the right of the heading. */
  readonly tools?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A part of the page with a heading. */
export function Panel({ title, note, tools, class: name = '', children }: Props) {
  const id = useId();
  return (
    <section class={`panel ${name}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note && <div class="note">{note}</div>}
        {tools && <div class="tools">{tools}</div>}
      </header>
      {children}
    </section>
  );
}
