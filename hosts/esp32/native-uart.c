#include "xsmc.h"
#include "xsHost.h"

#include "sdkconfig.h"
#include "driver/gpio.h"
#include "driver/uart.h"
#include "driver/uart_select.h"
#include "esp_attr.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"
#include "freertos/semphr.h"
#include "freertos/task.h"

/*
 * A UART over the IDF's driver: queues of its own in both directions, filled and emptied by its interrupt, RTS/CTS, and a word when
 * something has happened. The SDK's class has none of that, and takes UART 2 for UART 1 (8.2.3).
 *
 * The driver tells a queue of events, a small task empties it and posts one message to the machine, however much has happened. With
 * CONFIG_UART_ISR_IN_IRAM the interrupt works on while the flash is erased; the machine does not.
 *
 * No function here waits, but for `closeUart`, which waits for the task, and that for nobody.
 */

/* 355 ms at 115200 baud. */
#define RECEIVE 4096
#define SEND 2048
/*
 * What may be under way in the driver's queue for sending. Its `uart_write_bytes` does not come back until it has put all into the
 * queue; the bounds leave so much room that it always has: 16 pieces with 35 octets of headers each, 512 octets in them, as many again
 * lost at the end of the ring, and the rest still takes the next piece in one.
 */
#define SENDING 512
#define PIECES 16
/* Octets in the FIFO that raise the interrupt: below RTS_OFF, or it would come only when the sender pauses. 5.6 ms at 115200 baud. */
#define WAKE 64
/* Octets in the FIFO, of 128, at which RTS goes off; the driver empties it while its queue has space. */
#define RTS_OFF 110
/* One for each WAKE octets of the full queue, and a few more. */
#define EVENTS 72

#define STACK 2048
/* Above the machine, which the SDK runs at 4. */
#define PRIORITY 5
/* Ticks until the next attempt to post, and until the task has to have ended [ms]. */
#define RETRY 10
#define TASK_ENDS 100

/* Events of our own, beside those of the driver. */
#define SENT UART_EVENT_MAX
#define END (UART_EVENT_MAX + 1)

typedef struct {
	xsMachine *the;
	xsSlot told;
	QueueHandle_t events;
	SemaphoreHandle_t ended;
	TaskHandle_t task;
	uint32_t isPosted;
	/* Since the start of the board. */
	volatile uint32_t lost;
	volatile uint32_t breaks;
	/* Pieces under way, the oldest first; guarded by the driver's lock of its notices. */
	uint16_t pieces[PIECES];
	uint16_t sending;
	uint8_t oldest;
	uint8_t count;
	uint8_t isOpen;
} UartLine;

static UartLine lines[UART_NUM_MAX];

static int portOf(xsMachine *the)
{
	int port = xsmcToInteger(xsArg(0));

	if ((port < 0) || (port >= UART_NUM_MAX))
		xsRangeError("no such UART");
	return port;
}

/* In the machine's own task. */
static void tell(void *machine, void *given, uint8_t *message, uint16_t length)
{
	xsMachine *the = machine;
	UartLine *line = given;

	/* First: what happens from here on is told of again. */
	__atomic_store_n(&line->isPosted, 0, __ATOMIC_SEQ_CST);
	if (!line->isOpen)
		return;
	xsBeginHost(the);
	xsCallFunction0(line->told, xsGlobal);
	xsEndHost(the);
}

static void post(UartLine *line)
{
	while (__atomic_exchange_n(&line->isPosted, 1, __ATOMIC_SEQ_CST) == 0) {
		if (modMessagePostToMachine(line->the, NULL, 0, tell, line) == 0)
			return;
		__atomic_store_n(&line->isPosted, 0, __ATOMIC_SEQ_CST);
		vTaskDelay(pdMS_TO_TICKS(RETRY));
	}
}

static void watch(void *given)
{
	UartLine *line = given;
	uart_event_t event;

	for (;;) {
		if (xQueueReceive(line->events, &event, portMAX_DELAY) != pdTRUE)
			continue;
		if ((int)event.type == END)
			break;
		/* The driver empties the whole FIFO when it overflows. */
		if (event.type == UART_FIFO_OVF)
			line->lost += UART_HW_FIFO_LEN(line - lines);
		else if (event.type == UART_BREAK)
			line->breaks++;
		post(line);
	}
	xSemaphoreGive(line->ended);
	vTaskSuspend(NULL);
}

/* From the interrupt, under the driver's lock: in IRAM, and so is all that it calls. The driver has moved the oldest piece to the FIFO. */
static void IRAM_ATTR onNotice(uart_port_t port, uart_select_notif_t notice, BaseType_t *woken)
{
	UartLine *line = &lines[port];
	uart_event_t event = {0};

	if ((notice != UART_SELECT_WRITE_NOTIF) || (line->count == 0))
		return;
	line->sending -= line->pieces[line->oldest];
	line->oldest = (line->oldest + 1) % PIECES;
	line->count--;
	event.type = SENT;
	/* Where there is no space, the task has something to post anyway. */
	xQueueSendFromISR(line->events, &event, woken);
}

static int start(UartLine *line, int port, const uart_config_t *config, const int *pins)
{
	if (uart_param_config(port, config) != ESP_OK)
		return 0;
	if (uart_set_pin(port, pins[0], pins[1], pins[2], pins[3]) != ESP_OK)
		return 0;
	if (uart_set_rx_full_threshold(port, WAKE) != ESP_OK)
		return 0;
	line->ended = xSemaphoreCreateBinary();
	if (line->ended == NULL)
		return 0;
	if (xTaskCreate(watch, "uart", STACK, line, PRIORITY, &line->task) == pdPASS)
		return 1;
	vSemaphoreDelete(line->ended);
	return 0;
}

/* openUart(port, transmit, receive, requestToSend, clearToSend, baud, told); -1: the board has no such pin. */
void xs_uart_open(xsMachine *the)
{
	int port = portOf(the);
	const int pins[] = { xsmcToInteger(xsArg(1)), xsmcToInteger(xsArg(2)), xsmcToInteger(xsArg(3)), xsmcToInteger(xsArg(4)) };
	UartLine *line = &lines[port];
	uart_config_t config = {0};
	int flags = 0;

	xsmcSetFalse(xsResult);
	/* The debugger's, in a debug build. */
	if (uart_is_driver_installed(port))
		return;
	config.baud_rate = xsmcToInteger(xsArg(5));
	config.data_bits = UART_DATA_8_BITS;
	config.parity = UART_PARITY_DISABLE;
	config.stop_bits = UART_STOP_BITS_1;
	config.flow_ctrl = (pins[2] >= 0 ? UART_HW_FLOWCTRL_RTS : 0) | (pins[3] >= 0 ? UART_HW_FLOWCTRL_CTS : 0);
	config.rx_flow_ctrl_thresh = RTS_OFF;
	config.source_clk = UART_SCLK_DEFAULT;
#if CONFIG_UART_ISR_IN_IRAM
	flags = ESP_INTR_FLAG_IRAM;
#endif
	line->the = the;
	line->isPosted = 0;
	line->sending = 0;
	line->oldest = 0;
	line->count = 0;
	if (uart_driver_install(port, RECEIVE, SEND, EVENTS, &line->events, flags) != ESP_OK)
		return;
	if (!start(line, port, &config, pins)) {
		uart_driver_delete(port);
		return;
	}
	uart_set_select_notif_callback(port, onNotice);
	/* With nothing plugged in: silence, and nobody who says wait. */
	gpio_set_pull_mode(pins[1], GPIO_PULLUP_ONLY);
	if (pins[3] >= 0)
		gpio_set_pull_mode(pins[3], GPIO_PULLDOWN_ONLY);
	line->told = xsArg(6);
	xsRemember(line->told);
	line->isOpen = 1;
	xsmcSetTrue(xsResult);
}

/* closeUart(port) */
void xs_uart_close(xsMachine *the)
{
	UartLine *line = &lines[portOf(the)];
	uart_event_t event = {0};

	if (!line->isOpen)
		return;
	line->isOpen = 0;
	event.type = END;
	xQueueSend(line->events, &event, pdMS_TO_TICKS(TASK_ENDS));
	/* It may be waiting for a machine that waits here: then it is ended where it stands. */
	xSemaphoreTake(line->ended, pdMS_TO_TICKS(TASK_ENDS));
	vTaskDelete(line->task);
	vSemaphoreDelete(line->ended);
	uart_driver_delete(line - lines);
	xsForget(line->told);
}

/* setUartBaud(port, baud) */
void xs_uart_set_baud(xsMachine *the)
{
	int port = portOf(the);

	xsmcSetBoolean(xsResult, lines[port].isOpen && (uart_set_baudrate(port, xsmcToInteger(xsArg(1))) == ESP_OK));
}

/* readUart(port, into) */
void xs_uart_read(xsMachine *the)
{
	int port = portOf(the);
	int count = 0;
	void *octets;
	xsUnsignedValue length;

	xsmcGetBufferWritable(xsArg(1), &octets, &length);
	if (lines[port].isOpen && (length > 0))
		count = uart_read_bytes(port, octets, length, 0);
	xsmcSetInteger(xsResult, count < 0 ? 0 : count);
}

/* Octets that `writeUart` takes now. */
static size_t spaceOf(const UartLine *line)
{
	size_t space;

	portENTER_CRITICAL(uart_get_selectlock());
	space = (line->count < PIECES) ? SENDING - line->sending : 0;
	portEXIT_CRITICAL(uart_get_selectlock());
	return space;
}

/* writeUart(port, bytes): as many as there is space for. */
void xs_uart_write(xsMachine *the)
{
	int port = portOf(the);
	UartLine *line = &lines[port];
	void *octets;
	xsUnsignedValue length;
	size_t count = 0;

	xsmcGetBufferReadable(xsArg(1), &octets, &length);
	if (line->isOpen)
		count = spaceOf(line);
	if (count > length)
		count = length;
	if (count > 0) {
		/* Before the driver has it: its interrupt may be quicker. */
		portENTER_CRITICAL(uart_get_selectlock());
		line->pieces[(line->oldest + line->count) % PIECES] = count;
		line->count++;
		line->sending += count;
		portEXIT_CRITICAL(uart_get_selectlock());
		uart_write_bytes(port, octets, count);
	}
	xsmcSetInteger(xsResult, (xsIntegerValue)count);
}

/* uartWaiting(port): octets that can be read. */
void xs_uart_waiting(xsMachine *the)
{
	int port = portOf(the);
	size_t waiting = 0;

	if (lines[port].isOpen)
		uart_get_buffered_data_len(port, &waiting);
	xsmcSetInteger(xsResult, (xsIntegerValue)waiting);
}

/* uartSpace(port): octets that can be written. */
void xs_uart_space(xsMachine *the)
{
	const UartLine *line = &lines[portOf(the)];

	xsmcSetInteger(xsResult, line->isOpen ? (xsIntegerValue)spaceOf(line) : 0);
}

/* isUartSent(port): the last octet has left. */
void xs_uart_is_sent(xsMachine *the)
{
	int port = portOf(the);
	const UartLine *line = &lines[port];

	xsmcSetBoolean(xsResult, !line->isOpen || ((line->count == 0) && (uart_wait_tx_done(port, 0) == ESP_OK)));
}

/* uartLost(port): octets, by whole FIFOs. */
void xs_uart_lost(xsMachine *the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)lines[portOf(the)].lost);
}

/* uartBreaks(port) */
void xs_uart_breaks(xsMachine *the)
{
	xsmcSetInteger(xsResult, (xsIntegerValue)lines[portOf(the)].breaks);
}
