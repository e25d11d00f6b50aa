import { useEffect } from "react";

// The answer of the page stands in the browser's tab too: one glance over many tabs finds the trouble.
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "DistDiag" : `${title} · DistDiag`;
  }, [title]);
}
