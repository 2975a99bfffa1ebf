#include "xsmc.h"
#include "xsHost.h"

#include "app_update/include/esp_ota_ops.h"
#include "esp_partition.h"

/*
 * The two slots of the firmware, over the IDF's own bookkeeping (otadata): the bootloader starts a newly chosen image once, marks it as on
 * trial before, and goes back to the other one at the next start unless it was confirmed (CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE). Nothing
 * here takes longer than the erasure of one sector, but for the choice of an image, which reads it as a whole.
 */

/* A state of no slot, beside esp_ota_img_states_t. */
#define UNKNOWN (-2)

static const esp_partition_t *spare(void)
{
	return esp_ota_get_next_update_partition(NULL);
}

static int stateOf(const esp_partition_t *slot)
{
	esp_ota_img_states_t state;

	if ((slot == NULL) || (esp_ota_get_state_partition(slot, &state) != ESP_OK))
		return UNKNOWN;
	return (int)state;
}

/* slotSize(): octets of the spare slot; 0: the board has none. */
void xs_slots_size(xsMachine *the)
{
	const esp_partition_t *slot = spare();

	xsmcSetInteger(xsResult, (slot == NULL) || (slot == esp_ota_get_running_partition()) ? 0 : (xsIntegerValue)slot->size);
}

/* runningSlot() */
void xs_slots_running(xsMachine *the)
{
	const esp_partition_t *slot = esp_ota_get_running_partition();

	xsmcSetInteger(xsResult, (slot == NULL) ? 0 : (xsIntegerValue)(slot->subtype - ESP_PARTITION_SUBTYPE_APP_OTA_0));
}

/* isSlotOnTrial(): of the one that runs. */
void xs_slots_on_trial(xsMachine *the)
{
	xsmcSetBoolean(xsResult, stateOf(esp_ota_get_running_partition()) == (int)ESP_OTA_IMG_PENDING_VERIFY);
}

/* hasSlotFailed(): of the spare one. */
void xs_slots_failed(xsMachine *the)
{
	int state = stateOf(spare());

	xsmcSetBoolean(xsResult, (state == (int)ESP_OTA_IMG_ABORTED) || (state == (int)ESP_OTA_IMG_INVALID));
}

/* forgetSlot(): the bookkeeping of the spare slot. The bootloader would not start it, and nobody takes it for one that failed. */
void xs_slots_forget(xsMachine *the)
{
	/* Refuses where there is nothing to forget. */
	esp_ota_invalidate_inactive_ota_data_slot();
}

/* eraseSector(offset) of the spare slot */
void xs_slots_erase(xsMachine *the)
{
	xsmcSetBoolean(xsResult, esp_partition_erase_range(spare(), xsmcToInteger(xsArg(0)), 4096) == ESP_OK);
}

/* writeSlot(offset, bytes) of the spare slot, which is erased there */
void xs_slots_write(xsMachine *the)
{
	void *octets;
	xsUnsignedValue length;

	xsmcGetBufferReadable(xsArg(1), &octets, &length);
	xsmcSetBoolean(xsResult, esp_partition_write(spare(), xsmcToInteger(xsArg(0)), octets, length) == ESP_OK);
}

/* readSlot(offset, into) of the spare slot */
void xs_slots_read(xsMachine *the)
{
	void *octets;
	xsUnsignedValue length;

	xsmcGetBufferWritable(xsArg(1), &octets, &length);
	xsmcSetBoolean(xsResult, esp_partition_read(spare(), xsmcToInteger(xsArg(0)), octets, length) == ESP_OK);
}

/* chooseSlot(): the spare one for the next start, on trial. Checks the image's own SHA-256 before. */
void xs_slots_choose(xsMachine *the)
{
	xsmcSetBoolean(xsResult, esp_ota_set_boot_partition(spare()) == ESP_OK);
}

/* confirmSlot(): the running one. */
void xs_slots_confirm(xsMachine *the)
{
	xsmcSetBoolean(xsResult, esp_ota_mark_app_valid_cancel_rollback() == ESP_OK);
}

/* giveUpSlot(): the running one. Restarts into the other; comes back where there is none. */
void xs_slots_give_up(xsMachine *the)
{
	esp_ota_mark_app_invalid_rollback_and_reboot();
}
