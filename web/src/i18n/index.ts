import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";

import { en } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";

const kStorage = "distdiag.language";

// What the browser's storage says, or undefined where it is closed to us.
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function firstLanguage(): Language {
  const chosen = stored(kStorage);
  if (chosen === "en" || chosen === "zh") return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function startTranslation(language: Language): i18n {
  const instance = i18next.createInstance();
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, zh: { translation: zh } },
    // React escapes already.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = language;
  return instance;
}

export function languageOf(instance: i18n): Language {
  return instance.language === "zh" ? "zh" : "en";
}

export function switchLanguage(instance: i18n): void {
  const next: Language = languageOf(instance) === "en" ? "zh" : "en";
  void instance.changeLanguage(next);
  document.documentElement.lang = next;
  try {
    localStorage.setItem(kStorage, next);
  } catch {
    // Not kept; it holds for this page.
  }
}
