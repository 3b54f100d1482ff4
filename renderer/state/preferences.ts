/** Preferences of the interface on this machine. View state (filters, sorts, selections) lives in the address instead. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** What the person chose for the look of the window. */
export type Preferences = {
  readonly railCollapsed: boolean;
  readonly colorScheme: 'auto' | 'light' | 'dark';
  readonly numberLocale: string;
  readonly language: string;
  readonly workspaceId: string;
};

type PreferenceStore = Preferences & { readonly set: (change: Partial<Preferences>) => void };

/** The store of preferences, kept in the browser's local storage. */
export const usePreferences = create<PreferenceStore>()(
  persist(
    (set) => ({
      railCollapsed: false,
      colorScheme: 'auto',
      numberLocale: '',
      language: 'en',
      workspaceId: '',
      set: (change) => set(change),
    }),
    {
      name: 'augury.preferences',
      version: 1,
      partialize: ({ railCollapsed, colorScheme, numberLocale, language, workspaceId }) => ({
        railCollapsed,
        colorScheme,
        numberLocale,
        language,
        workspaceId,
      }),
    },
  ),
);
