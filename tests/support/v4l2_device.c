/*
 * A USB camera that delivers H.264, for machines without one: loaded with LD_PRELOAD, it answers for one path.
 *
 * V4L2_DEVICE is the path, a plain file that is really opened, so that whoever may not open it is refused by the
 * system. V4L2_PICTURES is a file of access units, each after its length in four octets, most significant first; it is
 * read when the process starts and delivered over and over, 25 a second. V4L2_FORMAT has the format's four letters.
 * After V4L2_COUNT pictures, if given, the camera is pulled out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define BUFFERS 4
#define SIZE (1 << 20)
#define NANOSECONDS 40000000L

static const char *path;
static uint32_t format;
static long left = -1;
static uint8_t *pictures, *end, *next;
static int device = -1;
static uint8_t *memory[BUFFERS];
static int waiting[BUFFERS], first_waiting, count_waiting;
static uint32_t sequence;
static struct timespec due;

__attribute__((constructor)) static void begin(void) {
  path = getenv("V4L2_DEVICE");
  const char *letters = getenv("V4L2_FORMAT");
  format = v4l2_fourcc(letters[0], letters[1], letters[2], letters[3]);
  if (getenv("V4L2_COUNT")) left = atol(getenv("V4L2_COUNT"));
  FILE *file = fopen(getenv("V4L2_PICTURES"), "rb");
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  rewind(file);
  next = pictures = malloc(length);
  end = pictures + fread(pictures, 1, length, file);
  fclose(file);
}

static int take(struct v4l2_buffer *buffer) {
  if (left == 0) return errno = ENODEV, -1;
  if (left > 0) left--;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
  due.tv_nsec += NANOSECONDS;
  if (due.tv_nsec >= 1000000000L) due.tv_sec++, due.tv_nsec -= 1000000000L;
  if (next == end) next = pictures;
  uint32_t length = (uint32_t)next[0] << 24 | next[1] << 16 | next[2] << 8 | next[3];
  int index = waiting[first_waiting];
  first_waiting = (first_waiting + 1) % BUFFERS;
  count_waiting--;
  memcpy(memory[index], next + 4, length);
  next += 4 + length;
  buffer->index = index;
  buffer->bytesused = length;
  buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
  buffer->timestamp.tv_sec = due.tv_sec;
  buffer->timestamp.tv_usec = due.tv_nsec / 1000;
  buffer->sequence = sequence++;
  return 0;
}

static void describe(struct v4l2_format *wanted) {
  struct v4l2_pix_format *picture = &wanted->fmt.pix;
  picture->width = 640;
  picture->height = 360;
  picture->pixelformat = format;
  picture->field = V4L2_FIELD_NONE;
  picture->sizeimage = SIZE;
}

static int answer(unsigned long request, void *what) {
  switch (request) {
    case VIDIOC_QUERYCAP: {
      struct v4l2_capability *can = what;
      memset(can, 0, sizeof *can);
      can->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
      can->capabilities = can->device_caps | V4L2_CAP_DEVICE_CAPS;
      return 0;
    }
    case VIDIOC_G_INPUT:
      *(int *)what = 0;
      return 0;
    case VIDIOC_ENUMINPUT: {
      struct v4l2_input *input = what;
      if (input->index) return errno = EINVAL, -1;
      input->type = V4L2_INPUT_TYPE_CAMERA;
      input->std = 0;
      return 0;
    }
    case VIDIOC_ENUM_FMT: {
      struct v4l2_fmtdesc *one = what;
      if (one->index) return errno = EINVAL, -1;
      one->pixelformat = format;
      one->flags = V4L2_FMT_FLAG_COMPRESSED;
      return 0;
    }
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
    case VIDIOC_TRY_FMT:
      /* As drivers do: what cannot be had becomes what can. */
      describe(what);
      return 0;
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
      struct v4l2_captureparm *capture = &((struct v4l2_streamparm *)what)->parm.capture;
      capture->capability = V4L2_CAP_TIMEPERFRAME;
      capture->timeperframe.numerator = 1;
      capture->timeperframe.denominator = 25;
      return 0;
    }
    case VIDIOC_REQBUFS: {
      struct v4l2_requestbuffers *buffers = what;
      if (buffers->count > BUFFERS) buffers->count = BUFFERS;
      return 0;
    }
    case VIDIOC_QUERYBUF: {
      struct v4l2_buffer *buffer = what;
      buffer->length = SIZE;
      buffer->m.offset = buffer->index * SIZE;
      return 0;
    }
    case VIDIOC_QBUF: {
      struct v4l2_buffer *buffer = what;
      waiting[(first_waiting + count_waiting++) % BUFFERS] = buffer->index;
      return 0;
    }
    case VIDIOC_DQBUF:
      return take(what);
    case VIDIOC_STREAMON:
      return clock_gettime(CLOCK_MONOTONIC, &due);
    case VIDIOC_STREAMOFF:
      return 0;
    default:
      return errno = ENOTTY, -1;
  }
}

int open64(const char *name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
  va_end(more);
  int (*really)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
  int descriptor = really(name, flags, mode);
  if (descriptor >= 0 && strcmp(name, path) == 0) device = descriptor;
  return descriptor;
}

int open(const char *name, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open64(name, flags, mode);
}

int ioctl(int descriptor, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *what = va_arg(more, void *);
  va_end(more);
  if (descriptor == device && device >= 0) return answer(request, what);
  int (*really)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
  return really(descriptor, request, what);
}

void *mmap64(void *at, size_t length, int protection, int flags, int descriptor, off64_t offset) {
  void *(*really)(void *, size_t, int, int, int, off64_t) = dlsym(RTLD_NEXT, "mmap64");
  if (descriptor != device || device < 0) return really(at, length, protection, flags, descriptor, offset);
  return memory[offset / SIZE] = really(NULL, length, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
