#include "xsmc.h"
#include "xsHost.h"

#include "bootloader_random.h"
#include "esp_random.h"

/*
 * fillRandom(into, isRadioOn). Without a radio the generator has no source of noise and is only pseudo-random (ESP-IDF, "Random Number
 * Generation"): it gets the noise of the SAR ADC for as long as this takes. Nothing else in this firmware uses the ADC or I2S, each
 * of which forbids it. So does the radio, which is a source itself while it is on.
 */
void xs_fill_random(xsMachine *the)
{
	void *octets;
	xsUnsignedValue length;
	int isRadioOn = xsmcTest(xsArg(1));

	xsmcGetBufferWritable(xsArg(0), &octets, &length);
	if (!isRadioOn)
		bootloader_random_enable();
	esp_fill_random(octets, length);
	if (!isRadioOn)
		bootloader_random_disable();
}
