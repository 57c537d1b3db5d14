/* The editor's date picker replaces what it cannot read by today. What was typed goes to the server instead,
   which reads it or says that it cannot. */
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
