// Stands beside the folder `v`, because only from there may a service worker answer for `/v`, the link of the QR.
importScripts("v/sw.js");
