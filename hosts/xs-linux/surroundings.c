#include "xsmc.h"
#include "xsHost.h"

#include <stdlib.h>
#include <sys/random.h>

/* setting(name): a variable of the environment; undefined where it is not set, or empty. */
void xs_setting(xsMachine *the)
{
	char *value = getenv(xsmcToString(xsArg(0)));

	if (value != NULL && value[0] != 0)
		xsmcSetString(xsResult, value);
}

/* fillRandom(into) */
void xs_fill_random(xsMachine *the)
{
	uint8_t *octets;
	xsUnsignedValue length;
	xsUnsignedValue done = 0;

	xsmcGetBufferWritable(xsArg(0), (void **)&octets, &length);
	while (done < length) {
		ssize_t count = getrandom(octets + done, length - done, 0);
		if (count < 0)
			xsUnknownError("no random octets");
		done += count;
	}
}
