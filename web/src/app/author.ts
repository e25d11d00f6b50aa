// Who writes: typed once, kept in this browser.

const kStorage = "distdiag.author";
// The contract's limit.
export const kLongestAuthor = 100;

export function storedAuthor(): string {
  try {
    return localStorage.getItem(kStorage) ?? "";
  } catch {
    return "";
  }
}

export function keepAuthor(author: string): void {
  try {
    localStorage.setItem(kStorage, author);
  } catch {
    // Then it is typed again next time.
  }
}
