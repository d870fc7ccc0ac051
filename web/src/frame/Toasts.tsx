/** What was done just now. Lies over the page, goes by itself, stays while somebody points at it. */

import { useEffect, useState, type ReactNode } from "react";

import { alarms as text } from "../texts/alarms";
import { Icon } from "../widgets/Icon";
import { StateMark } from "../widgets/StateMark";
import { dismiss, useToasts, type Toast } from "../widgets/toast";
import css from "./Toasts.module.css";

const STAYS_MS = 7_000;

export function Toasts(): ReactNode {
  const toasts = useToasts();
  const [held, setHeld] = useState(false);
  return (
    <div
      className={css.stack}
      role="status"
      data-chrome
      aria-label={text.toast.list}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toasts.map((toast) => (
        <Message key={toast.id} toast={toast} held={held} />
      ))}
    </div>
  );
}

function Message({ toast, held }: { toast: Toast; held: boolean }): ReactNode {
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(toast.id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [toast.id, held]);
  return (
    <div className={css.toast} data-state={toast.state} data-testid="toast">
      <StateMark state={toast.state} size={18} />
      <p>{toast.text}</p>
      <button type="button" className={css.close} onClick={() => dismiss(toast.id)} aria-label={text.toast.close}>
        <Icon name="close" size={18} />
      </button>
    </div>
  );
}
