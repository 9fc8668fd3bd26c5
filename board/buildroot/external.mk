include $(sort $(wildcard $(BR2_EXTERNAL_VRRPBOX_PATH)/package/*/*.mk))
