/** An image that applications need on the registry of a cluster without internet. */
export interface MirroredImage {
  /** Where ClearML publishes it, with its tag. */
  source: string;
  /** What the converted applications ask for. */
  target: string;
}

/** `make sure <image:tag> was added to <repository>`; newer scripts put back-ticks round the names. */
const LINE = /make sure `?([^`\s]+)`? was added to `?([^`\s]+)`?/g;

/** The images that ClearML's converter asks to be copied, each once, in the order of its output. */
export function imagesToMirror(output: string): MirroredImage[] {
  const images = [...output.matchAll(LINE)].map(([, source = "", repository = ""]): MirroredImage => {
    const tag = tagOf(source);
    const target = repository.replace(/[/.,]+$/, "");
    return { source, target: tag && !tagOf(target) ? `${target}:${tag}` : target };
  });
  return [...new Map(images.map((image) => [`${image.source} ${image.target}`, image])).values()];
}

/** The tag of an image; a colon before a slash belongs to the registry's port. */
function tagOf(image: string): string | undefined {
  return /:([^/:]+)$/.exec(image)?.[1];
}
