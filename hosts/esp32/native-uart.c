#include "xsmc.h"
#include "xsHost.h"

#include "driver/gpio.h"
#include "driver/uart.h"
#include "freertos/FreeRTOS.h"
#include "freertos/queue.h"

/*
 * A UART over the IDF's driver: queues of its own in both directions, filled and emptied by its interrupt, and RTS/CTS. The
 * SDK's class has neither, and takes UART 2 for UART 1 (8.2.3). No function here waits.
 */

#define RECEIVE 4096
#define SEND 2048
/* One for each block that arrived since the last look, and a few more. */
#define EVENTS 40
/* Octets in the FIFO at which RTS goes off: the driver empties it as long as its queue has space. */
#define RTS_OFF 100

typedef struct {
	QueueHandle_t events;
	/* Space of the empty queue. */
	size_t empty;
	uint32_t lost;
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

/* openUart(port, transmit, receive, requestToSend, clearToSend, baud); -1: the board has no such pin. */
void xs_uart_open(xsMachine *the)
{
	int port = portOf(the);
	int transmit = xsmcToInteger(xsArg(1));
	int receive = xsmcToInteger(xsArg(2));
	int requestToSend = xsmcToInteger(xsArg(3));
	int clearToSend = xsmcToInteger(xsArg(4));
	UartLine *line = &lines[port];
	uart_config_t config = {0};

	xsmcSetFalse(xsResult);
	if (line->isOpen)
		return;
	config.baud_rate = xsmcToInteger(xsArg(5));
	config.data_bits = UART_DATA_8_BITS;
	config.parity = UART_PARITY_DISABLE;
	config.stop_bits = UART_STOP_BITS_1;
	config.flow_ctrl = (requestToSend >= 0 ? UART_HW_FLOWCTRL_RTS : 0) | (clearToSend >= 0 ? UART_HW_FLOWCTRL_CTS : 0);
	config.rx_flow_ctrl_thresh = RTS_OFF;
	config.source_clk = UART_SCLK_DEFAULT;
	if (uart_driver_install(port, RECEIVE, SEND, EVENTS, &line->events, 0) != ESP_OK)
		return;
	if ((uart_param_config(port, &config) != ESP_OK)
		|| (uart_set_pin(port, transmit, receive, requestToSend, clearToSend) != ESP_OK)
		|| (uart_get_tx_buffer_free_size(port, &line->empty) != ESP_OK)) {
		uart_driver_delete(port);
		return;
	}
	/* With nothing plugged in: silence, and nobody who says wait. */
	gpio_set_pull_mode(receive, GPIO_PULLUP_ONLY);
	if (clearToSend >= 0)
		gpio_set_pull_mode(clearToSend, GPIO_PULLDOWN_ONLY);
	line->isOpen = 1;
	xsmcSetTrue(xsResult);
}

/* closeUart(port) */
void xs_uart_close(xsMachine *the)
{
	int port = portOf(the);

	if (!lines[port].isOpen)
		return;
	lines[port].isOpen = 0;
	uart_driver_delete(port);
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

/* writeUart(port, bytes): as many as the queue takes. */
void xs_uart_write(xsMachine *the)
{
	int port = portOf(the);
	int count = 0;
	void *octets;
	xsUnsignedValue length;
	size_t space = 0;

	xsmcGetBufferReadable(xsArg(1), &octets, &length);
	if (lines[port].isOpen && (uart_get_tx_buffer_free_size(port, &space) == ESP_OK)) {
		if (space > length)
			space = length;
		if (space > 0)
			count = uart_write_bytes(port, octets, space);
	}
	xsmcSetInteger(xsResult, count < 0 ? 0 : count);
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
	int port = portOf(the);
	size_t space = 0;

	if (lines[port].isOpen)
		uart_get_tx_buffer_free_size(port, &space);
	xsmcSetInteger(xsResult, (xsIntegerValue)space);
}

/* isUartSent(port): the last octet has left. */
void xs_uart_is_sent(xsMachine *the)
{
	int port = portOf(the);
	size_t space = 0;
	int isSent = 1;

	if (lines[port].isOpen) {
		uart_get_tx_buffer_free_size(port, &space);
		isSent = (space >= lines[port].empty) && (uart_wait_tx_done(port, 0) == ESP_OK);
	}
	xsmcSetBoolean(xsResult, isSent);
}

/* uartLost(port): octets since the start of the board. The driver empties the whole FIFO when it overflows, and tells by an event. */
void xs_uart_lost(xsMachine *the)
{
	int port = portOf(the);
	uart_event_t event;

	if (lines[port].isOpen) {
		while (xQueueReceive(lines[port].events, &event, 0) == pdTRUE) {
			if (event.type == UART_FIFO_OVF)
				lines[port].lost += UART_HW_FIFO_LEN(port);
		}
	}
	xsmcSetInteger(xsResult, (xsIntegerValue)lines[port].lost);
}
