/** The address of the products behind a number: the gallery with these filters. */

export interface GallerySearch {
  scope: string;
  label: string;
  range: "custom";
  from: string;
  to: string;
}

export interface GalleryLink {
  to: string;
  search: never;
}

/** The range is written out: the products stay the same ones when the clock moves on. */
export function galleryLink(scope: string, label: string, from: string, to: string): GalleryLink {
  const search: GallerySearch = { scope, label, range: "custom", from, to };
  return { to: "/inspections", search: search as never };
}
