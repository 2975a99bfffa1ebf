#include "xsmc.h"
#include "xsHost.h"

#include "bootloader_random.h"
#include "esp_random.h"

/*
 * fillRandom(into). Without a radio the generator has no source of noise and is only pseudo-random (ESP-IDF, "Random Number
 * Generation"): it gets the noise of the SAR ADC for as long as this takes. Nothing else in this firmware uses the ADC, I2S or
 * the radio, each of which forbids it: a build with Wi-Fi must leave the source out while the radio is on.
 */
void xs_fill_random(xsMachine *the)
{
	void *octets;
	xsUnsignedValue length;

	xsmcGetBufferWritable(xsArg(0), &octets, &length);
	bootloader_random_enable();
	esp_fill_random(octets, length);
	bootloader_random_disable();
}
