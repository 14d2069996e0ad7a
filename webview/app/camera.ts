/** A photo from the camera; every refusal is a sentence. */

/** The camera's stream. Throws a sentence. */
export const openCamera = async (): Promise<MediaStream> => {
  const { mediaDevices } = navigator as { readonly mediaDevices?: MediaDevices };
  if (!mediaDevices) {
    throw new Error('This browser lends its camera only to pages opened from a file or over https. Choose a file.');
  }
  try {
    return await mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError') {
      throw new Error('The camera was refused. Allow it in the browser’s settings for this page, or choose a file.', {
        cause: error,
      });
    }
    if (name === 'NotFoundError') throw new Error('There is no camera here. Choose a file instead.', { cause: error });
    throw new Error('The camera could not be opened; another program may be using it. Choose a file instead.', {
      cause: error,
    });
  }
};

export const closeCamera = (stream: MediaStream): void => {
  for (const track of stream.getTracks()) track.stop();
};

/** The frame shown now, as a file. */
export const takePhoto = async (video: HTMLVideoElement): Promise<File> => {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The camera has not given a picture yet. Try again.');
  const time = new Date().toISOString().slice(11, 19).replaceAll(':', '.');
  return new File([blob], `camera ${time}.png`, { type: 'image/png' });
};
