// A picture of the window as a file: what styles give its parts is written into a copy of it, so that it stands alone.
import { saveBlob } from '../state/download.ts';

const STYLED = ['fill', 'stroke', 'stroke-width', 'stroke-opacity', 'font-family', 'font-size', 'paint-order'] as const;
/** Pixels of the saved picture for one of its units. */
const SHARP = 2;

function standingAlone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const parts = [...svg.querySelectorAll<SVGElement>('line, circle, text')];
  for (const [i, part] of [...copy.querySelectorAll<SVGElement>('line, circle, text')].entries()) {
    const style = getComputedStyle(parts[i]!);
    for (const name of STYLED) part.setAttribute(name, style.getPropertyValue(name));
  }
  const { width, height } = svg.viewBox.baseVal;
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const ground = document.createElementNS(svg.namespaceURI!, 'rect');
  for (const [name, value] of [
    ['width', '100%'],
    ['height', '100%'],
    ['fill', getComputedStyle(document.body).backgroundColor],
  ])
    ground.setAttribute(name!, value!);
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

export async function savePicture(svg: SVGSVGElement, as: 'png' | 'svg'): Promise<void> {
  const text = standingAlone(svg);
  if (as === 'svg') {
    saveBlob(new Blob([text], { type: 'image/svg+xml' }), 'connections.svg');
    return;
  }
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * SHARP;
  canvas.height = image.height * SHARP;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    if (blob !== null) saveBlob(blob, 'connections.png');
  });
}
